namespace FhirGateway.Fhir.Terminology;

/// <summary>Value sets that no package holds, each with one of another package that lists its codes.</summary>
public static class BackFill
{
    /// <summary>The canonical of the set that stands in for another, or null.</summary>
    /// <param name="canonical">URL, with or without <c>|version</c>.</param>
    public static string? Find(string canonical) => null;
}
