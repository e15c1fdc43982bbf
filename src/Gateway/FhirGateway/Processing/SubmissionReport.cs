using System.Text.Json.Serialization;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>The receipt of a submission and how far it is: kept and shown as long as the submission is on file. No PHI.</summary>
public sealed record SubmissionReport
{
    [JsonPropertyName("submission")] public required string Submission { get; init; }
    [JsonPropertyName("job")] public string? Job { get; init; }
    [JsonPropertyName("source")] public required string Source { get; init; }

    /// <summary>pending, completed, paused, cancelled, withdrawing or withdrawn.</summary>
    [JsonPropertyName("state")] public required string State { get; init; }
    [JsonPropertyName("acceptedAt")] public required DateTimeOffset AcceptedAt { get; init; }
    [JsonPropertyName("startedAt")] public DateTimeOffset? StartedAt { get; init; }
    [JsonPropertyName("completedAt")] public DateTimeOffset? CompletedAt { get; init; }
    [JsonPropertyName("manifest")] public string? Manifest { get; init; }

    /// <summary>How often it was run again.</summary>
    [JsonPropertyName("runs")] public int Runs { get; init; }

    /// <summary>Lines that are known; those of files that were not counted yet are missing in it.</summary>
    [JsonPropertyName("knownLines")] public long KnownLines { get; init; }

    /// <summary>Whether <see cref="KnownLines"/> are all.</summary>
    [JsonPropertyName("isCounted")] public bool IsCounted { get; init; }

    /// <summary>Lines per second over the last minute.</summary>
    [JsonPropertyName("linesPerSecond")] public double? LinesPerSecond { get; init; }
    [JsonPropertyName("estimatedEnd")] public DateTimeOffset? EstimatedEnd { get; init; }
    [JsonPropertyName("files")] public required IReadOnlyList<SubmittedFile> Files { get; init; }
    [JsonPropertyName("counts")] public required SubmissionCounts Counts { get; init; }

    /// <summary>References whose target is not there now, by type.</summary>
    [JsonPropertyName("missingTargets")] public IReadOnlyDictionary<string, long>? MissingTargets { get; init; }
}
