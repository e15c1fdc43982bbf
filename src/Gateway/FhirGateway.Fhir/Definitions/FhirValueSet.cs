using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>What a ValueSet says about membership.</summary>
public sealed record FhirValueSet
{
    public required string Url { get; init; }
    public string? Version { get; init; }
    public required string Name { get; init; }
    public ImmutableArray<ValueSetInclude> Includes { get; init; } = [];
    public ImmutableArray<ValueSetInclude> Excludes { get; init; } = [];

    /// <summary>The codes of ValueSet.expansion, flattened, abstract ones left out; default if it has none or an incomplete one.</summary>
    public ImmutableArray<CodedConcept> Expansion { get; init; }

    public override string ToString() => Version is null ? Url : Url + "|" + Version;
}
