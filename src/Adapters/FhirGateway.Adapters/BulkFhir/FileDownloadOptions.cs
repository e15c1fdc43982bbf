namespace FhirGateway.Adapters.BulkFhir;

/// <summary>How patient a download is.</summary>
public sealed record FileDownloadOptions
{
    /// <summary>1 to 100: attempts in a row that bring less than 64 KiB.</summary>
    public int MostFruitless { get; init; } = 5;

    /// <summary>1 to 10000: attempts in all.</summary>
    public int MostAttempts { get; init; } = 1000;

    /// <summary>1 to 10: how often a file is begun from its first byte.</summary>
    public int MostFullReads { get; init; } = 3;

    /// <summary>Middle of the pause after a cut; the next ones double, with jitter, until enough bytes arrive.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long 429 and 503 are waited for here, in all between two arrivals of bytes; longer waits are the caller's.</summary>
    public TimeSpan MostWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes after which what was received is synced and noted, so that a restart goes on from there; 64 KiB or more.</summary>
    public int CheckpointBytes { get; init; } = 64 << 20;

    /// <summary>Least bytes a second, on average over each <see cref="SlowWindow"/> of waiting for the server.</summary>
    public int LeastBytesPerSecond { get; init; } = 1024;
    public TimeSpan SlowWindow { get; init; } = TimeSpan.FromSeconds(60);
}
