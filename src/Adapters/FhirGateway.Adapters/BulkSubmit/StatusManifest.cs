using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What a sender is told of its submission: the manifest of <c>$bulk-submit-status</c>.</summary>
public sealed record StatusManifest
{
    public required string SubmissionId { get; init; }
    public required DateTimeOffset TransactionTime { get; init; }

    /// <summary>URL of <c>$bulk-submit-status</c>; the 2025 draft repeats it.</summary>
    public required string Request { get; init; }
    public ImmutableArray<StatusOutcome> Outcomes { get; init; } = [];

    /// <summary>URL of the next page; null on the last one.</summary>
    public string? Next { get; init; }
}
