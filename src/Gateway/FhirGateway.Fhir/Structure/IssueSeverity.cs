namespace FhirGateway.Fhir.Structure;

/// <summary>How bad an issue is (issue-severity of FHIR).</summary>
public enum IssueSeverity
{
    Fatal,
    Error,
    Warning,
    Information,
}
