using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Makes the tree of a snapshot. Elements follow their parent directly (elementdefinition.html#path), slices the element that they slice.</summary>
internal sealed class ElementTree
{
    private int nextId;

    /// <summary>The root of the tree, or null if there is no element.</summary>
    public ElementNode? Build(FhirStructure structure, FhirPackage? package)
    {
        var open = new List<ElementNode>();
        foreach (var definition in structure.Snapshot)
        {
            var steps = definition.Path.Split('.');
            var depth = Math.Min(steps.Length - 1, open.Count);
            open.RemoveRange(depth, open.Count - depth);
            var parent = depth == 0 ? null : open[depth - 1];
            if (parent is null && open.Count > 0)
                break;
            open.Add(Place(parent, steps[^1], definition, structure, package));
        }
        return open.Count == 0 ? null : open[0];
    }

    private ElementNode Place(ElementNode? parent, string name, ElementDefinition definition, FhirStructure structure, FhirPackage? package)
    {
        var colon = definition.Id.LastIndexOf(':');
        var slice = definition.SliceName ?? (colon > definition.Id.LastIndexOf('.') && colon > 0 ? definition.Id[(colon + 1)..] : null);
        var sliced = parent?.FindChild(name) ?? (parent is null ? null : FindChoice(parent, name));
        if (slice is not null)
            definition = definition with { SliceName = slice };
        var node = new ElementNode
        {
            Id = nextId++,
            Name = sliced?.Name ?? name,
            Definition = definition,
            Structure = structure,
            Package = package,
        };
        if (sliced is not null && (slice is not null || sliced.Name != name))
            AddSlice(sliced, slice, node);
        else if (sliced is null)
            parent?.Children.Add(node);
        return node;
    }

    /// <summary>A slice of a slice is named <c>slice/reslice</c> (profiling.html#reslicing).</summary>
    private static void AddSlice(ElementNode sliced, string? slice, ElementNode node)
    {
        var bar = slice?.LastIndexOf('/') ?? -1;
        var owner = bar < 0 ? null : sliced.Slices.Find(s => s.Definition.SliceName == slice![..bar]);
        (owner ?? sliced).Slices.Add(node);
    }

    /// <summary><c>valueQuantity</c> may stand for the slice of <c>value[x]</c> that is a Quantity.</summary>
    private static ElementNode? FindChoice(ElementNode parent, string name)
    {
        foreach (var child in parent.Children)
            if (child.IsChoice && name.Length > child.Name.Length - 3 && char.IsAsciiLetterUpper(name[child.Name.Length - 3])
                && name.StartsWith(child.Name[..^3], StringComparison.Ordinal))
                return child;
        return null;
    }
}
