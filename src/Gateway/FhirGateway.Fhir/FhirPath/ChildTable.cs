using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>The children of one type by the name that an expression uses: a choice (<c>value[x]</c>) is one child.</summary>
internal sealed class ChildTable
{
    private readonly Child?[] slots;

    private ChildTable(List<Child> children)
    {
        var size = 8;
        while (size < children.Count * 2)
            size *= 2;
        slots = new Child?[size];
        foreach (var child in children)
        {
            var at = child.Hash & (size - 1);
            while (slots[at] is not null)
                at = (at + 1) & ((uint)size - 1);
            slots[at] = child;
        }
    }

    public static ChildTable Of(StructureType type) => type.Children ??= new ChildTable(Read(type));

    public Child? Find(ElementName name)
    {
        var mask = (uint)slots.Length - 1;
        for (var at = name.Hash & mask; slots[at] is { } child; at = (at + 1) & mask)
            if (child.Hash == name.Hash && child.Name.AsSpan().SequenceEqual(name.Utf8))
                return child;
        return null;
    }

    private static List<Child> Read(StructureType type)
    {
        var children = new List<Child>();
        foreach (var element in type.Properties.GroupBy(p => p.Element))
        {
            var first = element.First();
            var dot = first.Step.IndexOf(".ofType(", StringComparison.Ordinal);
            var name = dot < 0 ? first.Step : first.Step[..dot];
            children.Add(new Child(Encoding.UTF8.GetBytes(name), dot < 0 ? first : null, element.Key, [.. element]));
        }
        return children;
    }

    /// <summary>One child.</summary>
    /// <param name="name">Its name, without the type of a choice.</param>
    /// <param name="property">Its JSON property; null for a choice.</param>
    /// <param name="element">Position among the elements of the type.</param>
    /// <param name="properties">All its JSON properties.</param>
    public sealed class Child(byte[] name, StructureProperty? property, int element, StructureProperty[] properties)
    {
        public byte[] Name { get; } = name;
        public uint Hash { get; } = JsonText.Hash(name);
        public StructureProperty? Property { get; } = property;
        public int Element { get; } = element;
        public StructureProperty[] Properties { get; } = properties;
    }
}
