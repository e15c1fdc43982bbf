using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Xml;

/// <summary>Writes the elements of one resource as JSON.</summary>
internal sealed partial class XmlToJson(StructureTable table, Utf8JsonWriter json)
{
    // Never HTML: what need not be escaped stays as it is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<(int Offset, int Line, int Column)> places = [];

    public static FhirXmlResource Write(XmlNodeTree root, StructureTable table)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        var writer = new XmlToJson(table, json);
        writer.Resource(root);
        json.Flush();
        return new(buffer.WrittenSpan.ToArray(), writer.places);
    }

    private void Resource(XmlNodeTree node)
    {
        Mark(node);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, node.Name);
        Members(node, table.FindResource(Encoding.UTF8.GetBytes(node.Name)));
        json.WriteEndObject();
    }

    /// <summary>The elements of an object; without a type all are kept as they are.</summary>
    private void Members(XmlNodeTree node, StructureType? type)
    {
        foreach (var group in Groups(node))
        {
            var property = type?.Find(Encoding.UTF8.GetBytes(group[0].Name));
            if (property is null)
                Unknown(group);
            else if (property.Primitive != PrimitiveKind.None)
                Primitives(group, property);
            else
                Objects(group, property);
        }
    }

    private static List<List<XmlNodeTree>> Groups(XmlNodeTree node)
    {
        var groups = new List<List<XmlNodeTree>>();
        var byName = new Dictionary<string, List<XmlNodeTree>>(StringComparer.Ordinal);
        foreach (var child in node.Children)
        {
            if (byName.TryGetValue(child.Name, out var group))
            {
                group.Add(child);
                continue;
            }
            byName.Add(child.Name, group = [child]);
            groups.Add(group);
        }
        return groups;
    }

    private void Objects(List<XmlNodeTree> group, StructureProperty property) =>
        Values(group, property.IsArray, node =>
        {
            if (property.IsResource)
                Nested(node);
            else
                Object(node, property.Type);
        });

    private void Values(List<XmlNodeTree> group, bool isArray, Action<XmlNodeTree> write)
    {
        Mark(group[0]);
        json.WritePropertyName(group[0].Name);
        // What occurs too often becomes an array where none may be: the validator says so.
        isArray |= group.Count > 1;
        if (isArray)
            json.WriteStartArray();
        foreach (var node in group)
        {
            Mark(node);
            write(node);
        }
        if (isArray)
            json.WriteEndArray();
    }

    private void Object(XmlNodeTree node, StructureType? type)
    {
        json.WriteStartObject();
        if (node.Value is not null)
        {
            // No type of this form has a value of its own; if it has an element of that name too, both are kept as a list.
            node.Children.Add(new("value", node.Line, node.Column) { Value = node.Value });
            node.Value = null;
        }
        Members(node, type);
        json.WriteEndObject();
    }

    private void Nested(XmlNodeTree node)
    {
        if (node.Children.Count != 1 || node.Value is not null)
            throw new FhirXmlException("There must be one resource here", node.Line, node.Column);
        Resource(node.Children[0]);
    }

    /// <summary>json.html#primitive: values in one property, ids and extensions beside it under the name with an underscore.</summary>
    private void Primitives(List<XmlNodeTree> group, StructureProperty property)
    {
        if (group.Exists(n => n.Value is not null) || !group.Exists(n => n.Children.Count > 0))
            Values(group, property.IsArray, node => Primitive(node, property.Primitive));
        if (!group.Exists(n => n.Children.Count > 0))
            return;
        Mark(group[0]);
        json.WritePropertyName("_" + group[0].Name);
        var isArray = property.IsArray || group.Count > 1;
        if (isArray)
            json.WriteStartArray();
        foreach (var node in group)
        {
            Mark(node);
            if (node.Children.Count == 0)
            {
                json.WriteNullValue();
                continue;
            }
            json.WriteStartObject();
            Members(node, table.Element);
            json.WriteEndObject();
        }
        if (isArray)
            json.WriteEndArray();
    }

    private void Primitive(XmlNodeTree node, PrimitiveKind kind)
    {
        switch (kind)
        {
            case var _ when node.Value is null:
                json.WriteNullValue();
                break;
            case PrimitiveKind.Boolean when node.Value is "true" or "false":
                json.WriteBooleanValue(node.Value == "true");
                break;
            case PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt when Number().IsMatch(node.Value):
                json.WriteRawValue(node.Value, skipInputValidation: true);
                break;
            default:
                json.WriteStringValue(node.Value);
                break;
        }
    }

    private void Unknown(List<XmlNodeTree> group) =>
        Values(group, isArray: false, node =>
        {
            if (node.Children.Count == 0 && node.Value is not null)
                json.WriteStringValue(node.Value);
            else
                Object(node, null);
        });

    private void Mark(XmlNodeTree node) => places.Add(((int)(json.BytesCommitted + json.BytesPending), node.Line, node.Column));

    /// <summary>A number of JSON (RFC 8259, section 6).</summary>
    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
