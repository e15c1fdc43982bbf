using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

/// <summary>One discriminator of one slice: where to look, and what must be there for an item to belong to the slice.</summary>
internal sealed class SliceCondition
{
    public required SliceStep[] Path { get; init; }

    /// <summary>Values of which one must match; empty if the condition is of another kind.</summary>
    public ValueMatcher[] Values { get; init; } = [];

    /// <summary>Value sets that a code must be in.</summary>
    public CompiledValueSet[] ValueSets { get; init; } = [];

    /// <summary>Types of which the element must have one (discriminator type).</summary>
    public string[] Types { get; init; } = [];

    /// <summary>Profiles of which it must satisfy one (discriminator profile).</summary>
    public CompiledProfile[] Profiles { get; init; } = [];

    /// <summary>Whether it must be there or not (discriminator exists).</summary>
    public bool? Exists { get; init; }

    /// <summary>The definition gives nothing to tell by: nothing can be said to be in the slice.</summary>
    public bool IsUndecidable { get; init; }
}
