using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Structure;

/// <summary>One type while the table is made: a resource, a datatype, or an element that others are nested in, named by its path.</summary>
internal sealed class StructureDraft
{
    private readonly List<ElementDefinition> elements = [];

    private StructureDraft(string name, bool isResource) => Type = new StructureType { Name = name, IsResource = isResource };

    public StructureType Type { get; }

    /// <summary>The type that it is derived from.</summary>
    public required string Parent { get; init; }

    /// <summary>The type itself and its nested ones. Parents stand before their children (elementdefinition.html#path).</summary>
    public static IEnumerable<StructureDraft> Of(FhirStructure structure)
    {
        var drafts = new Dictionary<string, StructureDraft>(StringComparer.Ordinal);
        foreach (var element in structure.Snapshot)
        {
            var dot = element.Path.LastIndexOf('.');
            if (dot > 0)
                drafts[element.Path[..dot]].elements.Add(element);
            if (dot < 0 || element.Types is [{ Code: "BackboneElement" or "Element" }])
                drafts.Add(element.Path, new StructureDraft(element.Path, dot < 0 && structure.Kind == StructureKind.Resource)
                {
                    Parent = dot < 0 ? structure.BaseDefinition?[(structure.BaseDefinition.LastIndexOf('/') + 1)..] ?? "" : element.Types[0].Code,
                });
        }
        return drafts.Values;
    }

    public void Fill(Dictionary<string, StructureType> types)
    {
        Type.Parent = types.GetValueOrDefault(Parent);
        var properties = new List<StructureProperty>();
        var required = new List<(int, string)>();
        for (var i = 0; i < elements.Count; i++)
        {
            var name = elements[i].Path[(elements[i].Path.LastIndexOf('.') + 1)..];
            if (elements[i].Min > 0)
                required.Add((i, name.Replace("[x]", "", StringComparison.Ordinal)));
            if (elements[i].ContentReference is { } reference)
                properties.Add(Property(i, elements[i], name, "", reference, types));
            foreach (var type in elements[i].Types)
                properties.Add(Property(i, elements[i], name, type.Code, type.Code is "BackboneElement" or "Element" ? elements[i].Path : type.Code, types));
        }
        Type.SetProperties(properties, elements.Count, [.. required]);
    }

    private static StructureProperty Property(
        int element, ElementDefinition definition, string name, string code, string typeName, Dictionary<string, StructureType> types)
    {
        var isChoice = name.EndsWith("[x]", StringComparison.Ordinal);
        var stem = isChoice ? name[..^3] : name;
        var json = Encoding.UTF8.GetBytes(isChoice ? stem + char.ToUpperInvariant(code[0]) + code[1..] : name);
        var primitive = PrimitiveFormat.TryFindKind(code, out var kind) ? kind : PrimitiveKind.None;
        return new StructureProperty
        {
            Name = json,
            Hash = JsonText.Hash(json),
            Element = element,
            IsArray = definition.Max != 1,
            Primitive = primitive,
            Type = primitive == PrimitiveKind.None && code != "Resource" ? types[typeName] : null,
            IsResource = code == "Resource",
            Step = isChoice ? $"{stem}.ofType({code})" : name,
        };
    }
}
