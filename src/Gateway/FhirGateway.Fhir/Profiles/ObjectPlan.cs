using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

/// <summary>The properties that an object may have under a set of definitions. Filled once, then read by all workers.</summary>
internal sealed class ObjectPlan
{
    private PropertyPlan?[] slots = new PropertyPlan?[8];

    /// <summary>For a message: the type or path.</summary>
    public required string Name { get; init; }
    public required StructureType? Type { get; init; }
    public ElementPlan[] Elements { get; private set; } = [];

    /// <summary>Elements with a minimum, here or in a slice.</summary>
    public ElementPlan[] Required { get; private set; } = [];
    public bool IsResource => Type is { IsResource: true };

    /// <summary>An Extension: has a value or extensions, not both (ext-1).</summary>
    public bool IsExtension { get; init; }

    public void Fill(IReadOnlyList<ElementPlan> elements, IReadOnlyList<PropertyPlan> properties)
    {
        Elements = [.. elements];
        Required = [.. elements.Where(e => e.Min > 0 || e.Slicers.Any(s => s.Slices.Any(l => l.Min > 0)) || e.RequiredTypes.Length > 0)];
        var size = 8;
        while (size < properties.Count * 2)
            size *= 2;
        var table = new PropertyPlan?[size];
        foreach (var property in properties)
        {
            var at = property.Hash & (uint)(size - 1);
            while (table[at] is not null)
                at = (at + 1) & ((uint)size - 1);
            table[at] = property;
        }
        slots = table;
    }

    public PropertyPlan? Find(uint hash, ReadOnlySpan<byte> name)
    {
        var mask = (uint)slots.Length - 1;
        for (var at = hash & mask; slots[at] is { } property; at = (at + 1) & mask)
            if (property.Hash == hash && name.SequenceEqual(property.JsonName))
                return property;
        return null;
    }

    public PropertyPlan? Find(ReadOnlySpan<byte> name) => Find(JsonText.Hash(name), name);
}
