using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Profiles;

/// <summary>One element of a snapshot in the tree of its structure, with its children and slices.</summary>
internal sealed class ElementNode
{
    /// <summary>Unique among the nodes of one compiler.</summary>
    public required int Id { get; init; }

    /// <summary>Last step of the path, e.g. <c>name</c> or <c>value[x]</c>.</summary>
    public required string Name { get; init; }
    public required ElementDefinition Definition { get; init; }
    public required FhirStructure Structure { get; init; }
    public required FhirPackage? Package { get; init; }
    public List<ElementNode> Children { get; } = [];
    public List<ElementNode> Slices { get; } = [];

    public bool IsChoice => Name.EndsWith("[x]", StringComparison.Ordinal);

    public ElementNode? FindChild(string name)
    {
        foreach (var child in Children)
            if (child.Name == name)
                return child;
        return null;
    }

    /// <summary>The node below this one with the path of an element definition, slices left out.</summary>
    public ElementNode? FindPath(string path)
    {
        var node = this;
        foreach (var step in path.Split('.').Skip(1))
            if ((node = node?.FindChild(step)) is null)
                return null;
        return node;
    }

    public override string ToString() => $"{Structure.Name}: {Definition.Id}";
}
