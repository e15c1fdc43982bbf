using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>One concept of a code system.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Display">Its name, if given.</param>
/// <param name="Parent">Index of the concept that it stands under, or -1.</param>
public sealed record CodeSystemConcept(string Code, string? Display, int Parent)
{
    /// <summary>Properties: code and value as text.</summary>
    public ImmutableArray<(string Code, string Value)> Properties { get; init; } = [];
    public ImmutableArray<string> Designations { get; init; } = [];
}
