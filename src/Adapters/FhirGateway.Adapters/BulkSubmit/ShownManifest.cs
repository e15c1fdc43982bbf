using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A submitted manifest as its job's detail keeps it.</summary>
public sealed record ShownManifest
{
    public required int Number { get; init; }

    /// <summary>Scheme, host and path of its URL.</summary>
    public required string Url { get; init; }
    public required string FhirBaseUrl { get; init; }
    public ManifestStage Stage { get; init; }
    public string? Submission { get; init; }
    public int Files { get; init; }
    public ImmutableArray<ManifestFinding> Findings { get; init; } = [];
    public int MoreFindings { get; init; }
    public OutcomeFile? Outcome { get; init; }
    public required string Call { get; init; }
    public string? RemovedBy { get; init; }

    /// <summary>Its whole URL, header values and options, sealed.</summary>
    public required string Secret { get; init; }
}
