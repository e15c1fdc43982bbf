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

    /// <summary>Changes whenever somebody steers it: a batch that was staged in an older epoch is not written.</summary>
    public long Epoch { get; init; }

    /// <summary>How often it was run again from the raw files; above 0 every line is judged in full, whatever is known of it.</summary>
    public int Runs { get; init; }

    /// <summary>Whether what it overwrites is kept, so that it can be taken back: as long as its bulk job is not over.</summary>
    public bool IsUndoable { get; init; }

    /// <summary>When its processing began and ended; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The submission that gave a resource its content, from the resource's origin; empty for none.</summary>
    public static ReadOnlySpan<char> OwnerOf(string origin) => origin.AsSpan(0, Math.Max(0, origin.IndexOf('/', StringComparison.Ordinal)));

    public override string ToString() => $"Submission({Id}, {State})";
}
