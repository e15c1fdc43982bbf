namespace FhirGateway.Processing;

/// <summary>How the relay delivers.</summary>
public sealed record RelayOptions
{
    /// <summary>First part of every topic name.</summary>
    public required string TopicPrefix { get; init; }

    /// <summary>Most events of one stream in memory and on their way at once, 1 to 10,000.</summary>
    public int PageEvents { get; init; } = 500;

    /// <summary>
    /// Bytes after which a page is closed; one event may be larger. The Kafka client's queue (64 MiB) is shared, so a small
    /// page is what keeps topics that cannot move from filling it.
    /// </summary>
    public int PageBytes { get; init; } = 1 << 20;

    /// <summary>Topics that look at their log at the same time, each with connections of its own.</summary>
    public int ParallelChecks { get; init; } = 8;

    /// <summary>First pause after a failure; it doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stop waits for the reports of what is on its way; what stays open is looked up at the next start.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(2);
}
