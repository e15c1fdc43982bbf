using System.Text.Json.Serialization;

namespace FhirGateway.Processing;

/// <summary>A bulk job and its submissions.</summary>
public sealed record BulkJobReport
{
    [JsonPropertyName("job")] public required string Job { get; init; }
    [JsonPropertyName("source")] public required string Source { get; init; }

    /// <summary>export, bulksubmit or upload.</summary>
    [JsonPropertyName("kind")] public required string Kind { get; init; }

    /// <summary>running, completed, paused, cancelled, stopping, stopped or failed.</summary>
    [JsonPropertyName("state")] public required string State { get; init; }
    [JsonPropertyName("createdAt")] public required DateTimeOffset CreatedAt { get; init; }
    [JsonPropertyName("updatedAt")] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Why it failed.</summary>
    [JsonPropertyName("fault")] public string? Fault { get; init; }
    [JsonPropertyName("submissions")] public required IReadOnlyList<SubmissionReport> Submissions { get; init; }
}
