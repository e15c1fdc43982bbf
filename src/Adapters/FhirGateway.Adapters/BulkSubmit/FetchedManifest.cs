using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What fetching a manifest came to.</summary>
/// <param name="Stage">Accepted, Processed (it listed nothing), or Failed.</param>
/// <param name="Submission">Id of the submission that its files became; null for none.</param>
/// <param name="Files">Files that it lists.</param>
/// <param name="Findings">What could not be had.</param>
internal sealed record FetchedManifest(ManifestStage Stage, string? Submission, int Files, ImmutableArray<ManifestFinding> Findings)
{
    private const int MostFindings = 100;

    /// <summary>Findings beyond these, of a fetch whose other findings were kept before a crash.</summary>
    public int MoreFindings { get; init; }

    public static FetchedManifest Failed(params ReadOnlySpan<ManifestFinding> findings) => new(ManifestStage.Failed, null, 0, [.. findings]);

    /// <summary>Puts the outcome into the manifest; one that is withdrawn in the meantime stays so, and knows now what to take back.</summary>
    public SubmittedManifest Into(SubmittedManifest manifest) => Found(manifest) with
    {
        Stage = manifest.Stage != ManifestStage.Waiting ? manifest.Stage : Stage,
        Submission = Submission,
    };

    /// <summary>Puts only what was found into the manifest: it has to be known before anything is accepted, or a crash right after would make it look whole.</summary>
    public SubmittedManifest Found(SubmittedManifest manifest) => manifest with
    {
        Files = Files,
        Findings = [.. Findings.Take(MostFindings)],
        MoreFindings = MoreFindings + Math.Max(0, Findings.Length - MostFindings),
    };
}
