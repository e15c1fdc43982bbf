namespace FhirGateway.Adapters.BulkFhir;

/// <summary>How patient a download is.</summary>
public sealed record FileDownloadOptions
{
    /// <summary>0 to 100: attempts in a row that bring no new byte.</summary>
    public int MostFruitless { get; init; } = 4;

    /// <summary>1 to 10: how often a file is read from its beginning in one go.</summary>
    public int MostFullReads { get; init; } = 3;

    /// <summary>Middle of the pause after a cut; the next ones double, with jitter, until a byte arrives.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause that a server may ask for (429, 503) and that is waited for here; longer ones are the caller's.</summary>
    public TimeSpan MostWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes after which what was received is synced and noted, so that a restart goes on from there; 64 KiB or more.</summary>
    public int CheckpointBytes { get; init; } = 64 << 20;

    /// <summary>Least bytes a second over one minute.</summary>
    public int LeastBytesPerSecond { get; init; } = 1024;
}
