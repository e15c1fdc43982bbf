namespace FhirGateway.Fhir.Structure;

/// <summary>One finding about a resource. Never carries a value of the resource.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">A code of FHIR's issue-type: structure, required, value, invalid, not-supported.</param>
/// <param name="Expression">Where, as a simple FHIRPath, e.g. <c>Patient.name[0].family</c>.</param>
/// <param name="Message">What is wrong and what is expected.</param>
public readonly record struct StructureIssue(IssueSeverity Severity, string Code, string Expression, string Message);
