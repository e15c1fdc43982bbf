using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>What a CodeSystem says about its codes.</summary>
public sealed record FhirCodeSystem
{
    public required string Url { get; init; }
    public string? Version { get; init; }
    public required string Name { get; init; }

    /// <summary>complete, fragment, example, not-present or supplement.</summary>
    public required string Content { get; init; }
    public bool IsCaseSensitive { get; init; }
    public string? Supplements { get; init; }

    /// <summary>All concepts, parents before their children.</summary>
    public ImmutableArray<CodeSystemConcept> Concepts { get; init; } = [];

    public override string ToString() => Version is null ? Url : Url + "|" + Version;
}
