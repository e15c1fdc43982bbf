namespace FhirGateway.Submissions;

/// <summary>
/// One bulk exchange with a source: an <c>$export</c> that we drive, a <c>$bulk-submit</c> that it drives, or an upload in parts.
/// What was accepted of it are its <see cref="Submission"/>s.
/// </summary>
public sealed record BulkJob
{
    /// <summary>"j-" and 16 hex digits; shown to people and accepted by every verb that takes a submission.</summary>
    public required string Id { get; init; }

    /// <summary>Number of the source.</summary>
    public required int Source { get; init; }
    public required BulkJobKind Kind { get; init; }

    /// <summary>What makes it the same job when asked for again, unique per source and kind: submitter LF submissionId; null for none.</summary>
    public string? Key { get; init; }
    public BulkJobState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What its kind needs to go on after a restart, as JSON of that kind's record. Secrets in it are encrypted; never logged or shown.</summary>
    public required string Detail { get; init; }

    /// <summary>Why it failed, in words without PHI, secrets or signed URLs; null where it did not.</summary>
    public string? Fault { get; init; }

    public override string ToString() => $"BulkJob({Id}, {Kind}, {State})";
}
