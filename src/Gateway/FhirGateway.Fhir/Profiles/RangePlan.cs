using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Limits of a value: minValue, maxValue, maxLength.</summary>
internal sealed record RangePlan(ElementValue? Min, ElementValue? Max, int? MaxLength, DefinitionSource Source);
