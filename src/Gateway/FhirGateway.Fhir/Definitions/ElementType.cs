using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>A type that an element may have.</summary>
/// <param name="Code">A type of FHIR, e.g. <c>CodeableConcept</c>; for the value of a primitive, the primitive itself.</param>
/// <param name="Profiles">Profiles of that type of which the value must satisfy one; empty for none.</param>
/// <param name="TargetProfiles">For a Reference or canonical: the target must satisfy one; empty for any.</param>
public sealed record ElementType(string Code, ImmutableArray<string> Profiles, ImmutableArray<string> TargetProfiles)
{
    /// <summary>contained, referenced, bundled; empty for any.</summary>
    public ImmutableArray<string> Aggregations { get; init; } = [];
}
