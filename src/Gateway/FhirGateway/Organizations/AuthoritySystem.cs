namespace FhirGateway.Organizations;

/// <summary>One namespace of numbers under its two names.</summary>
/// <param name="Authority">Assigning authority of HL7v2 (CX.4.1).</param>
/// <param name="System">Identifier.system of FHIR.</param>
public sealed record AuthoritySystem(string Authority, string System);
