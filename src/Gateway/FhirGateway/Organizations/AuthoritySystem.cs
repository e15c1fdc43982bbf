namespace FhirGateway.Organizations;

/// <summary>One namespace of numbers under its two names: an assigning authority of HL7v2, and the system of FHIR.</summary>
/// <param name="Namespace">CX.4.1, compared without case.</param>
/// <param name="Uri">Identifier.system.</param>
public sealed record AuthoritySystem(string Namespace, string Uri);
