using System.Collections.Immutable;

namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>One call of <c>$bulk-submit</c>.</summary>
public sealed record SubmitCall
{
    public required string SubmissionId { get; init; }

    /// <summary>in-progress, completed or stopped, translated for the dialect; null leaves it out.</summary>
    public string? Status { get; init; }
    public Uri? Manifest { get; init; }
    public Uri? Replaces { get; init; }

    /// <summary>Headers that the receiver is to send when it fetches.</summary>
    public ImmutableArray<KeyValuePair<string, string>> FileRequestHeaders { get; init; } = [];
    public Uri? OAuthMetadata { get; init; }

    /// <summary>A key for encrypted files; null for none.</summary>
    public string? EncryptionKey { get; init; }

    /// <summary>Replaces the provider's own submitter, to play someone else: system LF value.</summary>
    public (string System, string Value)? Submitter { get; init; }

    public override string ToString() => $"SubmitCall({SubmissionId}, {Status})";
}
