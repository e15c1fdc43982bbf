namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What <see cref="ManifestFetcher"/> is to fetch, and where to.</summary>
public sealed record ManifestFetchRequest
{
    /// <summary>The files; the outcomes come in the same order.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Folder for them, absolute; made if absent. What a former call left there is taken up.</summary>
    public required string Folder { get; init; }

    /// <summary>Fetches one of them.</summary>
    public required FileFetch Fetch { get; init; }

    /// <summary>How many at a time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>
    /// Reads the manifest again for fresh links when one has expired; the files in any order, null where that is not possible.
    /// Called once at a time, and at most <see cref="MostRefreshes"/> times.
    /// </summary>
    public Func<CancellationToken, Task<IReadOnlyList<ManifestFile>?>>? RefreshLinks { get; init; }
    public int MostRefreshes { get; init; } = 20;

    /// <summary>Told after every file, one call at a time.</summary>
    public Action<FetchProgress>? Progress { get; init; }
}
