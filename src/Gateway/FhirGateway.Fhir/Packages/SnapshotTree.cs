using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>Between the list of a snapshot's elements and their tree.</summary>
internal static class SnapshotTree
{
    /// <summary>The tree, or what is wrong with the list.</summary>
    public static ElementNode? Build(FhirStructure structure, FhirPackage? scope, out string? fault)
    {
        ElementNode? root = null;
        var before = default(ImmutableArray<ElementStep>);
        foreach (var element in structure.Snapshot)
        {
            if (ElementStep.Of(element, before) is not { } steps)
            {
                fault = $"{structure}: {element.Path} is nested too deeply";
                return null;
            }
            before = steps;
            if (root is null)
            {
                root = new(steps[0].Name, null, element, scope);
                continue;
            }
            if (!Place(root, steps, element, scope))
            {
                fault = $"{structure}: {element.Id} stands in the snapshot without the element above it";
                return null;
            }
        }
        fault = root is null ? $"{structure} has no elements" : null;
        return root;
    }

    /// <summary>All elements in order, with the ids and paths that their places give them.</summary>
    public static ImmutableArray<ElementDefinition> Flatten(ElementNode root)
    {
        var elements = ImmutableArray.CreateBuilder<ElementDefinition>();
        Add(root, root.Name, root.Name, elements);
        return elements.ToImmutable();
    }

    private static void Add(ElementNode node, string id, string path, ImmutableArray<ElementDefinition>.Builder elements)
    {
        elements.Add(node.Definition with { Id = id, Path = path, SliceName = node.Slice });
        foreach (var child in node.Children)
            Add(child, $"{id}.{child.Name}", $"{path}.{child.Name}", elements);
        foreach (var slice in node.Slices)
            Add(slice, $"{id[..^Step(id).Length]}{slice.Name}:{slice.Slice}", path, elements);
    }

    private static string Step(string id) => id[(id.LastIndexOf('.') + 1)..];

    private static bool Place(ElementNode root, ImmutableArray<ElementStep> steps, ElementDefinition element, FhirPackage? scope)
    {
        var parent = root;
        for (var i = 1; i < steps.Length - 1; i++)
        {
            var child = parent.Child(steps[i].Name);
            if (steps[i].Slice is { } slice)
                child = child?.FindSlice(slice);
            if (child is null)
                return false;
            parent = child;
        }
        var (name, own) = steps[^1];
        if (own is null)
        {
            parent.Children.Add(new(name, null, element, scope));
            return steps.Length > 1;
        }
        if (parent.Child(name) is not { } sliced)
            return false;
        var above = own.LastIndexOf('/') is > 0 and var slash && sliced.FindSlice(own[..slash]) is { } outer ? outer : sliced;
        above.Slices.Add(new(name, own, element, scope));
        return true;
    }
}
