using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// The severities and codes of one OperationOutcome, and nothing else of it: its texts are written by somebody else and may name
/// a person.
/// </summary>
public sealed record OutcomeIssues(IReadOnlyList<OutcomeIssue> Issues)
{
    private const int MostIssues = 1000;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Whether every issue says that the same request may succeed later (Bulk Data, "error" of the status request).</summary>
    public bool IsTransient => Issues.Count > 0 && Issues.All(i => IssueCodes.IsTransient(i.Code));

    /// <summary>The issues of the bytes if they are an OperationOutcome, else null. Never throws on what they hold.</summary>
    public static OutcomeIssues? Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is no text: no OperationOutcome.
            return null;
        }
    }

    /// <summary>In words: <c>error not-supported, warning informational</c>, each pair once.</summary>
    public override string ToString() => string.Join(", ", Issues.Select(i => $"{i.Severity} {i.Code}").Distinct().Take(5));

    private static OutcomeIssues? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || ManifestValue.Text(root, "resourceType", 64) != "OperationOutcome"
            || !root.TryGetProperty("issue", out var issues) || issues.ValueKind != JsonValueKind.Array)
            return null;
        return new OutcomeIssues(
        [
            .. issues.EnumerateArray().Take(MostIssues).Where(i => i.ValueKind == JsonValueKind.Object)
                .Select(i => new OutcomeIssue(IssueCodes.Severity(ManifestValue.Text(i, "severity", 32)), IssueCodes.Code(ManifestValue.Text(i, "code", 64)))),
        ]);
    }
}
