using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Structure;

/// <summary>The JSON properties of one type: a resource, a datatype, or the type of a nested element.</summary>
internal sealed class StructureType
{
    private StructureProperty?[] slots = [];

    public required string Name { get; init; }
    public bool IsResource { get; init; }

    /// <summary>The type it extends; null for Element and Resource.</summary>
    public StructureType? Parent { get; set; }

    /// <summary>Its children by the names that FHIRPath knows, where choices have one name; made at the first use.</summary>
    public FhirPath.ChildTable? Children { get; set; }

    public IEnumerable<StructureProperty> Properties => slots.OfType<StructureProperty>();

    /// <summary>How many elements it has; at most 128.</summary>
    public int ElementCount { get; private set; }

    /// <summary>Elements that must be there: position and name.</summary>
    public (int Element, string Name)[] Required { get; private set; } = [];

    public void SetProperties(IReadOnlyList<StructureProperty> properties, int elementCount, (int, string)[] required)
    {
        ElementCount = elementCount;
        Required = required;
        var size = 8;
        while (size < properties.Count * 2)
            size *= 2;
        slots = new StructureProperty?[size];
        foreach (var property in properties)
        {
            var at = property.Hash & (size - 1);
            while (slots[at] is not null)
                at = (at + 1) & ((uint)size - 1);
            slots[at] = property;
        }
    }

    public StructureProperty? Find(uint hash, ReadOnlySpan<byte> name)
    {
        var mask = (uint)slots.Length - 1;
        for (var at = hash & mask; slots[at] is { } property; at = (at + 1) & mask)
            if (property.Hash == hash && name.SequenceEqual(property.Name))
                return property;
        return null;
    }

    public StructureProperty? Find(ReadOnlySpan<byte> name) => Find(JsonText.Hash(name), name);
}
