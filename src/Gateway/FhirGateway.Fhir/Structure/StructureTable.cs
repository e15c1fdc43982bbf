using System.Text;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Structure;

/// <summary>The types of one FHIR version: which elements each has, as JSON names them.</summary>
public sealed class StructureTable
{
    private static readonly Lazy<StructureTable> LazyR4 = new(() => From(BuiltInPackages.R4Types));
    private readonly Dictionary<string, StructureType> types = new(StringComparer.Ordinal);
    private readonly StructureType resources = new() { Name = "resources" };
    private Dictionary<string, StructureType>.AlternateLookup<ReadOnlySpan<char>> byName;

    private StructureTable()
    {
    }

    /// <summary>FHIR 4.0.1, built in; loaded at its first use.</summary>
    public static StructureTable R4 => LazyR4.Value;

    /// <summary>Names of the resource types that can have instances.</summary>
    public IEnumerable<string> ResourceTypes =>
        types.Values.Where(t => t.IsResource && t.Name is not ("Resource" or "DomainResource")).Select(t => t.Name);

    internal StructureType Element { get; private set; } = null!;

    /// <summary>The table of some types, which must be all that they refer to.</summary>
    /// <param name="structures">Datatypes and resources with their snapshots; primitives are passed over.</param>
    internal static StructureTable From(IEnumerable<FhirStructure> structures)
    {
        var table = new StructureTable();
        var drafts = new List<StructureDraft>();
        foreach (var structure in structures)
            if (structure.Kind is StructureKind.ComplexType or StructureKind.Resource)
                drafts.AddRange(StructureDraft.Of(structure));
        foreach (var draft in drafts)
            table.types.Add(draft.Type.Name, draft.Type);
        foreach (var draft in drafts)
            draft.Fill(table.types);
        table.Element = table.types["Element"];
        table.IndexResources();
        return table;
    }

    public bool IsResourceType(ReadOnlySpan<byte> name) => FindResource(name) is not null;

    /// <summary>The name of a resource type as one shared string, or null if there is no such type.</summary>
    public string? FindResourceType(ReadOnlySpan<byte> name) => FindResource(name)?.Name;

    /// <summary>Says whether a type has an element of its own or inherited of that JSON name.</summary>
    /// <param name="type">A type, or the path of a nested element.</param>
    /// <param name="property">Name of the JSON property.</param>
    /// <param name="isArray">Whether it repeats.</param>
    public bool HasProperty(ReadOnlySpan<char> type, ReadOnlySpan<byte> property, out bool isArray)
    {
        var found = byName.TryGetValue(type, out var structure) ? structure.Find(property) : null;
        isArray = found is { IsArray: true };
        return found is not null;
    }

    internal StructureType? FindType(ReadOnlySpan<char> name) => byName.TryGetValue(name, out var type) ? type : null;

    internal StructureType? FindResource(ReadOnlySpan<byte> name) => resources.Find(name)?.Type;

    private void IndexResources()
    {
        byName = types.GetAlternateLookup<ReadOnlySpan<char>>();
        var properties = ResourceTypes.Select((name, i) => new StructureProperty
        {
            Name = Encoding.UTF8.GetBytes(name),
            Hash = JsonText.Hash(Encoding.UTF8.GetBytes(name)),
            Element = i,
            IsArray = false,
            Step = name,
            Type = types[name],
        }).ToList();
        resources.SetProperties(properties, properties.Count, []);
    }
}
