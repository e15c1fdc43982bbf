using System.Collections.Immutable;

namespace FhirGateway.Fhir.Definitions;

/// <summary>How the repetitions of an element are told apart.</summary>
public sealed record ElementSlicing(SlicingRules Rules, bool IsOrdered, ImmutableArray<SliceDiscriminator> Discriminators);
