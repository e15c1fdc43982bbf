namespace FhirGateway.Fhir.Profiles;

/// <summary>Profiles of a type of which a value must satisfy one.</summary>
internal sealed record AlternativePlan(string[] Canonicals, ValuePlan[] Plans, DefinitionSource Source);
