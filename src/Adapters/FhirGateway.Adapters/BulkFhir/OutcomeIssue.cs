namespace FhirGateway.Adapters.BulkFhir;

/// <summary>An issue of an OperationOutcome. Both are codes of the standard, or <c>other</c>.</summary>
public readonly record struct OutcomeIssue(string Severity, string Code)
{
    /// <summary>Whether something is missing because of it.</summary>
    public bool IsError => Severity is "error" or "fatal";
}
