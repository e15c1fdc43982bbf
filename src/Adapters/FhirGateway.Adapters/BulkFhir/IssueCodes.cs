using System.Collections.Frozen;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The codes of OperationOutcome.issue (FHIR R4, issue-severity and issue-type). What is none of them is not repeated.</summary>
internal static class IssueCodes
{
    private const string Other = "other";

    private static readonly FrozenSet<string> Severities = FrozenSet.ToFrozenSet(["fatal", "error", "warning", "information", "success"]);

    private static readonly FrozenSet<string> Transient = FrozenSet.ToFrozenSet(
        ["transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled"]);

    private static readonly FrozenSet<string> Types = FrozenSet.ToFrozenSet(
    [
        .. Transient, "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden",
        "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long",
        "code-invalid", "extension", "too-costly", "business-rule", "conflict", "limited-filter", "informational", "success",
    ]);

    public static string Severity(string? text) => text is not null && Severities.Contains(text) ? text : Other;
    public static string Code(string? text) => text is not null && Types.Contains(text) ? text : Other;
    public static bool IsTransient(string code) => Transient.Contains(code);
}
