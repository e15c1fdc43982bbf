using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

/// <summary>One finding about a resource. Never carries a value of the resource.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">A code of FHIR's issue-type: structure, required, value, invariant, code-invalid, extension, ...</param>
/// <param name="Key">What can be counted: the kind of the finding, e.g. <c>cardinality-min</c>, or the key of an invariant, e.g. <c>us-core-6</c>.</param>
/// <param name="Expression">Where, as a simple FHIRPath, e.g. <c>Patient.name[0].family</c>.</param>
/// <param name="Message">What is wrong and what to change.</param>
/// <param name="Position">Byte of the resource where the element begins, from 0; -1 if there is no place.</param>
public readonly record struct ValidationIssue(
    IssueSeverity Severity, string Code, string Key, string Expression, string Message, int Position)
{
    /// <summary>The profile that asks for it, with version; null for what FHIR itself asks for.</summary>
    public string? Profile { get; init; }
}
