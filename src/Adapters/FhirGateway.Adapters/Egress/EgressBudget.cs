namespace FhirGateway.Adapters.Egress;

/// <summary>What one body may cost.</summary>
public sealed record EgressBudget
{
    /// <summary>Most bytes as received.</summary>
    public required long MostBytes { get; init; }

    /// <summary>Most bytes after inflation; null for <see cref="MostBytes"/>.</summary>
    public long? MostInflatedBytes { get; init; }

    /// <summary>Most inflated bytes per received byte, judged once more than <see cref="RatioFreeBytes"/> were inflated.</summary>
    public int MostRatio { get; init; } = 100;
    public long RatioFreeBytes { get; init; } = 1 << 20;

    /// <summary>Least bytes a second, on average over each <see cref="SlowWindow"/> of waiting for the sender.</summary>
    public int LeastBytesPerSecond { get; init; } = 1024;
    public TimeSpan SlowWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most time from the first read to the last; null for none.</summary>
    public TimeSpan? MostTime { get; init; }

    /// <summary>For documents that are read into memory.</summary>
    public static EgressBudget Document(int mostBytes) => new() { MostBytes = mostBytes, MostTime = TimeSpan.FromMinutes(2) };
}
