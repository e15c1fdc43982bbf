using System.Collections.Immutable;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A bulk submission: all calls with one submitter and submissionId. Kept as the detail of its bulk job.</summary>
public sealed record BulkSubmission
{
    public required SubmitterIdentifier Submitter { get; init; }
    public required string SubmissionId { get; init; }

    /// <summary>Id of the client that began it.</summary>
    public required string Client { get; init; }

    /// <summary>What the sender said last.</summary>
    public SenderStatus Status { get; init; }

    /// <summary>Digest of the call that completed or stopped it; null while more may come.</summary>
    public string? FinalCall { get; init; }
    public ImmutableArray<SubmittedManifest> Manifests { get; init; } = [];

    /// <summary>Whether its sender speaks the Argonaut draft of 2025.</summary>
    public bool IsDraft { get; init; }

    /// <summary>Polling URLs up to this number were deleted.</summary>
    public int DeletedPolls { get; init; }

    /// <summary>When everything was processed or withdrawn; null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Manifests that count: neither replaced nor removed nor stopped.</summary>
    public IEnumerable<SubmittedManifest> Wanted => Manifests.Where(IsWanted);

    public bool IsWanted(SubmittedManifest manifest) => manifest.RemovedBy is null && Status != SenderStatus.Stopped;

    public SubmittedManifest Manifest(int number) => Manifests[number - 1];

    public BulkSubmission With(SubmittedManifest changed) => this with { Manifests = Manifests.SetItem(changed.Number - 1, changed) };

    /// <summary>What makes it the same job: unique per source.</summary>
    public static string KeyOf(SubmitterIdentifier submitter, string submissionId) => submitter + "\n" + submissionId;

    public override string ToString() => $"BulkSubmission({Status}, {Manifests.Length} manifests)";
}
