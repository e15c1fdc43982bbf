namespace FhirGateway.Organizations;

/// <summary>The National Provider Identifier of a facility that a source sends for.</summary>
/// <param name="Facility">MSH-4.1, compared without case.</param>
/// <param name="Npi">Ten digits.</param>
public sealed record FacilityNpi(string Facility, string Npi);
