using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Structure;

/// <summary>
/// Checks a resource against the types and cardinalities of FHIR R4: known elements, how often they occur, array or single,
/// form of primitives, choices, contained resources, and the arrays of primitive extensions (json.html#primitive).
/// Reusable, one per worker, not thread-safe.
/// </summary>
public sealed class StructureValidator(StructureTable table)
{
    /// <summary>Findings per resource; what follows is not looked at.</summary>
    public const int MaxIssues = 100;

    private readonly (string Step, int Item)[] path = new (string, int)[JsonTape.MaxDepth + 1];
    private JsonTape tape = new();
    private List<StructureIssue> issues = [];
    private int level;

    public StructureValidator()
        : this(StructureTable.R4)
    {
    }

    /// <summary>Adds what it finds in the resource at the top of the tape to <paramref name="found"/>.</summary>
    public void Validate(JsonTape resource, List<StructureIssue> found)
    {
        tape = resource;
        issues = found;
        level = 0;
        ValidateResource(0, "");
    }

    private void ValidateResource(int node, string step)
    {
        var typeNode = tape.Find(node, "resourceType"u8);
        var type = tape.IsString(typeNode) ? table.FindResource(tape.Bytes(typeNode)) : null;
        if (type is null)
        {
            Report(IssueSeverity.Error, typeNode < 0 ? "required" : "not-supported", step,
                typeNode < 0 ? "resourceType is missing" : "resourceType is no resource type of FHIR R4");
            return;
        }
        if (level == 0)
            step = type.Name;
        path[level++] = (step, -1);
        ValidateObject(node, type);
        level--;
    }

    private void ValidateObject(int node, StructureType type)
    {
        var end = tape[node].Next;
        if (end == node + 1)
        {
            Report(IssueSeverity.Error, "structure", null, "An object must not be empty");
            return;
        }
        UInt128 seen = 0;
        for (var name = node + 1; name < end && issues.Count < MaxIssues; name = tape[name + 1].Next)
        {
            var text = tape.Bytes(name);
            var property = type.Find((uint)tape[name].Next, text);
            if (property is not null)
            {
                Mark(ref seen, property, text);
                ValidateProperty(node, name + 1, property);
            }
            else if (text is [(byte)'_', ..] && type.Find(text[1..]) is { Primitive: not PrimitiveKind.None } extended)
            {
                if (tape.Find(node, text[1..]) < 0)
                    Mark(ref seen, extended, text);
                ValidateExtensions(node, name + 1, extended);
            }
            else if (!(type.IsResource && text.SequenceEqual("resourceType"u8)))
            {
                Report(IssueSeverity.Error, "structure", Printable(text), "Unknown element");
            }
        }
        foreach (var (element, name) in type.Required)
            if ((seen & (UInt128.One << element)) == 0)
                Report(IssueSeverity.Error, "required", name, "Element is missing; at least 1 is required");
    }

    private void Mark(ref UInt128 seen, StructureProperty property, ReadOnlySpan<byte> name)
    {
        var bit = UInt128.One << property.Element;
        if ((seen & bit) != 0)
            Report(IssueSeverity.Error, "structure", Printable(name), "Only one type of a choice is allowed");
        seen |= bit;
    }

    private void ValidateProperty(int owner, int value, StructureProperty property)
    {
        var isArray = tape[value].Kind == JsonKind.Array;
        if (isArray != property.IsArray)
        {
            Report(IssueSeverity.Error, "structure", property.Step, isArray ? "Must be a single value, not an array" : "Must be an array");
            if (isArray)
                return;
        }
        if (!isArray)
        {
            ValidateValue(value, property, -1, mayBeNull: false);
            return;
        }
        if (tape[value].Next == value + 1)
            Report(IssueSeverity.Error, "structure", property.Step, "An array must not be empty");
        // The array of extensions runs beside: where it has an object, the value may be null.
        var extensions = property.Primitive == PrimitiveKind.None ? -1 : tape.Find(owner, [(byte)'_', .. property.Name]);
        var end = extensions >= 0 && tape[extensions].Kind == JsonKind.Array ? tape[extensions].Next : -1;
        var extension = extensions + 1;
        var item = 0;
        for (var i = value + 1; i < tape[value].Next && issues.Count < MaxIssues; i = tape[i].Next)
        {
            ValidateValue(i, property, item++, extension < end && tape[extension].Kind == JsonKind.Object);
            extension = extension < end ? tape[extension].Next : extension;
        }
    }

    private void ValidateValue(int value, StructureProperty property, int item, bool mayBeNull)
    {
        path[level++] = (property.Step, item);
        if (property.Primitive != PrimitiveKind.None)
            ValidatePrimitive(value, property.Primitive, mayBeNull);
        else if (tape[value].Kind != JsonKind.Object)
            Report(IssueSeverity.Error, "structure", null, "Must be an object");
        else if (property.IsResource)
            ValidateNested(value);
        else
            ValidateObject(value, property.Type!);
        level--;
    }

    private void ValidateNested(int value)
    {
        // The step of the element itself is on the path already: the resource takes its place.
        var (step, item) = path[--level];
        ValidateResource(value, item < 0 ? step : $"{step}[{item}]");
        path[level++] = (step, item);
    }

    private void ValidatePrimitive(int value, PrimitiveKind kind, bool mayBeNull)
    {
        var token = tape[value];
        var good = kind switch
        {
            _ when token.Kind == JsonKind.Null => mayBeNull,
            PrimitiveKind.Boolean => token.Kind is JsonKind.True or JsonKind.False,
            PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt =>
                token.Kind == JsonKind.Number && PrimitiveFormat.IsValidNumber(kind, tape.Raw(value)),
            _ => token.Kind == JsonKind.String && PrimitiveFormat.IsValid(kind, tape.Bytes(value)),
        };
        if (!good)
            Report(IssueSeverity.Error, "value", null, "Must be " + PrimitiveFormat.Expected(kind));
    }

    private void ValidateExtensions(int owner, int value, StructureProperty property)
    {
        var isArray = tape[value].Kind == JsonKind.Array;
        if (isArray != property.IsArray)
        {
            Report(IssueSeverity.Error, "structure", property.Step, "Must be an array exactly where the element is one");
            return;
        }
        var item = 0;
        for (var i = isArray ? value + 1 : value; i < tape[value].Next; i = tape[i].Next, item++)
        {
            if (isArray && tape[i].Kind == JsonKind.Null)
                continue;
            path[level++] = (property.Step, isArray ? item : -1);
            if (tape[i].Kind == JsonKind.Object)
                ValidateObject(i, table.Element);
            else
                Report(IssueSeverity.Error, "structure", null, "The extensions of a primitive must be an object");
            level--;
        }
        var main = isArray ? tape.Find(owner, property.Name) : -1;
        if (main >= 0 && tape[main].Kind == JsonKind.Array && Length(main) != item)
            Report(IssueSeverity.Error, "structure", property.Step, "The array of extensions must be as long as the array of values");
    }

    private int Length(int array)
    {
        var length = 0;
        for (var i = array + 1; i < tape[array].Next; i = tape[i].Next)
            length++;
        return length;
    }

    private void Report(IssueSeverity severity, string code, string? step, string message)
    {
        if (issues.Count >= MaxIssues)
            return;
        var expression = new StringBuilder();
        for (var i = 0; i < level; i++)
            Append(expression, path[i].Step, path[i].Item);
        if (!string.IsNullOrEmpty(step))
            Append(expression, step, -1);
        issues.Add(new(severity, code, expression.ToString(), message));
    }

    private static void Append(StringBuilder expression, string step, int item)
    {
        if (expression.Length > 0)
            expression.Append('.');
        expression.Append(step);
        if (item >= 0)
            expression.Append('[').Append(item).Append(']');
    }

    /// <summary>A name that is no element name could be anything, PHI too: it is not repeated.</summary>
    private static string Printable(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > 64)
            return "?";
        foreach (var b in name)
            if (!char.IsAsciiLetter((char)b) && b != '_')
                return "?";
        return Encoding.ASCII.GetString(name);
    }
}
