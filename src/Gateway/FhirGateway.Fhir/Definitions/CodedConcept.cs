namespace FhirGateway.Fhir.Definitions;

/// <summary>One code of a code system.</summary>
public sealed record CodedConcept(string System, string Code, string? Display);
