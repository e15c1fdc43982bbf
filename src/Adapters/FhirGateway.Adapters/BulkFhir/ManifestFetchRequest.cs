using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Fhir.Ndjson;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What <see cref="ManifestFetcher"/> is to fetch, where to, and on whose behalf.</summary>
public sealed record ManifestFetchRequest
{
    /// <summary>The files; the outcomes come in the same order.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Folder for them, absolute; made if absent. What a former call left there is taken up.</summary>
    public required string Folder { get; init; }

    /// <summary>Where its links may lead.</summary>
    public required EgressAllowance Allowance { get; init; }

    /// <summary>Gives the token for the files; null where the manifest says that none is required, since then none may be sent.</summary>
    public CredentialProvider? Credential { get; init; }

    /// <summary>Headers that the sender of a submission asked for.</summary>
    public ImmutableArray<EgressHeader> Headers { get; init; } = [];

    /// <summary>Most bytes of one file as received.</summary>
    public long MostBytes { get; init; } = 64L << 30;

    /// <summary>Limits of the inflated content of one file.</summary>
    public NdjsonLimits Limits { get; init; } = NdjsonLimits.Default;

    /// <summary>How many files at a time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How often a file whose server is busy or broken is tried again, after the pause it asks for.</summary>
    public int MostRetries { get; init; } = 5;

    /// <summary>The pause before the first of these where the server asks for none; the next ones double.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Reads the manifest again for fresh links when one has expired; the files in any order, null where that is not possible.
    /// Called once at a time, and at most <see cref="MostRefreshes"/> times.
    /// </summary>
    public Func<CancellationToken, Task<IReadOnlyList<ManifestFile>?>>? RefreshLinks { get; init; }
    public int MostRefreshes { get; init; } = 20;

    /// <summary>Told after every file, one call at a time.</summary>
    public Action<FetchProgress>? Progress { get; init; }
}
