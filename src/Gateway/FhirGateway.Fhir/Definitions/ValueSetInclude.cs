using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>One include or exclude of a ValueSet.compose: the codes that satisfy all that it names.</summary>
public sealed record ValueSetInclude
{
    public string? System { get; init; }
    public string? Version { get; init; }

    /// <summary>Codes named one by one, with the display if given; empty for all that the filters leave.</summary>
    public ImmutableArray<(string Code, string? Display)> Concepts { get; init; } = [];
    public ImmutableArray<(string Property, string Op, string Value)> Filters { get; init; } = [];

    /// <summary>Canonicals of value sets; the code must be in every one.</summary>
    public ImmutableArray<string> ValueSets { get; init; } = [];
}
