using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>An element of a snapshot that is being made.</summary>
internal sealed class ElementNode(string name, string? slice, ElementDefinition definition, FhirPackage? scope)
{
    /// <summary>Last step of its path.</summary>
    public string Name { get; set; } = name;
    public string? Slice => slice;
    public ElementDefinition Definition { get; set; } = definition;

    /// <summary>The package whose canonicals its types name.</summary>
    public FhirPackage? Scope { get; set; } = scope;
    public List<ElementNode> Children { get; } = [];

    /// <summary>Its slices, for a slice those of its own slicing.</summary>
    public List<ElementNode> Slices { get; } = [];

    public ElementNode? Child(string child) => Children.Find(c => c.Name == child);

    /// <summary>The slice of that name; <c>a/b</c> is a slice of the slice <c>a</c>.</summary>
    public ElementNode? FindSlice(string wanted) =>
        Slices.Find(s => s.Slice == wanted) ?? Slices.Find(s => wanted.StartsWith(s.Slice + "/", StringComparison.Ordinal))?.FindSlice(wanted);

    /// <summary>How many elements it stands for, itself among them.</summary>
    public int Count() => 1 + Children.Sum(c => c.Count()) + Slices.Sum(s => s.Count());

    public ElementNode Copy() => Copy(slice, withSlices: true);

    /// <summary>A slice with all that holds for every repetition.</summary>
    public ElementNode AsSlice(string sliceName) => Copy(sliceName, withSlices: false);

    private ElementNode Copy(string? sliceName, bool withSlices)
    {
        var copy = new ElementNode(Name, sliceName, Definition, Scope);
        copy.Children.AddRange(Children.Select(c => c.Copy()));
        if (withSlices)
            copy.Slices.AddRange(Slices.Select(s => s.Copy()));
        return copy;
    }
}
