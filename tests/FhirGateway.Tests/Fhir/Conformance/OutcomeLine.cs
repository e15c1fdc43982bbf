using System.Text.Json;
using FhirGateway.Fhir.Profiles;

namespace FhirGateway.Tests.Fhir.Conformance;

/// <summary>One finding of an OperationOutcome.</summary>
internal sealed record OutcomeLine(string Severity, string Key, string Expression, string Message, string? Profile)
{
    public bool IsError => Severity is "error" or "fatal";

    public static List<OutcomeLine> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        // Outcomes of the reference validator may have no issue at all.
        return document.RootElement.TryGetProperty("issue", out var issues) ? [.. issues.EnumerateArray().Select(Read)] : [];
    }

    public override string ToString() => $"{Key} @ {Expression}: {Message}{(Profile is null ? "" : $" ({Profile})")}";

    private static OutcomeLine Read(JsonElement issue) => new(
        issue.GetProperty("severity").GetString()!,
        issue.TryGetProperty("details", out var details) && details.TryGetProperty("coding", out var coding) ? coding[0].GetProperty("code").GetString()! : "",
        issue.TryGetProperty("expression", out var expression) ? expression[0].GetString()! : "",
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty("text", out var text) ? text.GetString()!
            : issue.TryGetProperty("diagnostics", out var diagnostics) ? diagnostics.GetString()! : "",
        issue.TryGetProperty("extension", out var extensions)
            ? extensions.EnumerateArray().Where(e => e.GetProperty("url").GetString() == OperationOutcomeWriter.ProfileExtension)
                .Select(e => e.GetProperty("valueString").GetString()).FirstOrDefault()
            : null);
}
