using FhirGateway.Journal;

namespace FhirGateway.Submissions;

/// <summary>One bulk unit accepted from a source, and how far it is processed.</summary>
public sealed record Submission
{
    public required string Id { get; init; }
    public required int Source { get; init; }

    /// <summary>Address of its journal entry.</summary>
    public required long Entry { get; init; }
    public required IReadOnlyList<SpooledFile> Files { get; init; }

    /// <summary>The bulk job that it is a part of; null for an upload or import.</summary>
    public string? Job { get; init; }

    /// <summary>URL of the manifest that listed its files; null for an upload or import.</summary>
    public string? Manifest { get; init; }

    /// <summary>FHIR base URL of its references; null for those of the source.</summary>
    public string? FhirBaseUrl { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }
    public SubmissionState State { get; init; } = SubmissionState.Pending;

    /// <summary>Order rank, file and line up to which everything is effective: where work goes on after a crash.</summary>
    public int Rank { get; init; }
    public int File { get; init; }
    public long Line { get; init; }
    public SubmissionCounts Counts { get; init; } = new();
}
