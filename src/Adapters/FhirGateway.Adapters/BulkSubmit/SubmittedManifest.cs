using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>One manifest of a bulk submission, as its call submitted it, and how far it is.</summary>
public sealed record SubmittedManifest
{
    /// <summary>From 1, in the order of the calls; never used again.</summary>
    public required int Number { get; init; }

    /// <summary>Its URL as sent; a query may hold a signature, so it is shown without.</summary>
    public required string Url { get; init; }
    public required string FhirBaseUrl { get; init; }
    public ImmutableArray<FileRequestHeader> Headers { get; init; } = [];
    public ImmutableArray<string> OAuthMetadataUrls { get; init; } = [];
    public ImmutableArray<SubmitOption> Metadata { get; init; } = [];
    public ImmutableArray<SubmitOption> Import { get; init; } = [];

    /// <summary>Digest of the call that submitted it.</summary>
    public required string Call { get; init; }

    /// <summary>Digest of the call that replaced or removed it; null while it counts.</summary>
    public string? RemovedBy { get; init; }

    /// <summary>Id of the submission that its files were accepted as; null where nothing was.</summary>
    public string? Submission { get; init; }
    public ManifestStage Stage { get; init; }

    /// <summary>Files that its pages list; 0 until it was read.</summary>
    public int Files { get; init; }

    /// <summary>Why parts of it could not be had; the first ones.</summary>
    public ImmutableArray<ManifestFinding> Findings { get; init; } = [];

    /// <summary>Findings beyond those that are kept.</summary>
    public int MoreFindings { get; init; }

    /// <summary>What was said about it; null until it is final.</summary>
    public OutcomeFile? Outcome { get; init; }

    /// <summary>Whether nothing more happens to it unless the sender asks: it is gone, or what became of it is written down.</summary>
    public bool IsFinal => Stage == ManifestStage.Withdrawn || (Outcome is not null && Stage is ManifestStage.Processed or ManifestStage.Failed);

    public override string ToString() => $"SubmittedManifest({Number}, {Stage})";
}
