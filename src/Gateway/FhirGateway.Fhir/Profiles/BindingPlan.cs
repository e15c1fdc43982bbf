using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

/// <summary>A value set that a coded value must come from.</summary>
internal sealed record BindingPlan(BindingStrength Strength, CompiledValueSet ValueSet, DefinitionSource Source)
{
    /// <summary>Said of a value outside the set.</summary>
    public required string Message { get; init; }

    /// <summary>Said of a concept without any coding.</summary>
    public required string NoCodeMessage { get; init; }
}
