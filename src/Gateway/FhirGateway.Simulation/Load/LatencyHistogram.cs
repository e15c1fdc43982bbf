using System.Numerics;
using FhirGateway.Simulation.Checks;

namespace FhirGateway.Simulation.Load;

/// <summary>Counts durations in buckets whose width is 1/32 of their value, from 1 µs to an hour, in constant memory. Not thread-safe: one per worker, then <see cref="Add(LatencyHistogram)"/>.</summary>
public sealed class LatencyHistogram
{
    private const int SubBuckets = 32;
    private readonly long[] buckets = new long[40 * SubBuckets];
    private TimeSpan maximum;
    private long count;

    public void Add(TimeSpan duration)
    {
        buckets[BucketOf((long)Math.Max(0, duration.TotalMicroseconds))]++;
        count++;
        if (duration > maximum)
            maximum = duration;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < buckets.Length; i++)
            buckets[i] += other.buckets[i];
        count += other.count;
        if (other.maximum > maximum)
            maximum = other.maximum;
    }

    public LatencySummary Summarize() => new((int)Math.Min(count, int.MaxValue), Percentile(0.50), Percentile(0.99), maximum);

    /// <summary>The upper edge of the bucket that holds the quantile: never less than the true value.</summary>
    public TimeSpan Percentile(double quantile)
    {
        var rank = (long)Math.Ceiling(count * quantile);
        for (var i = 0; i < buckets.Length && count > 0; i++)
        {
            rank -= buckets[i];
            if (rank > 0)
                continue;
            var edge = TimeSpan.FromMicroseconds(UpperEdge(i));
            return edge < maximum ? edge : maximum;
        }
        return maximum;
    }

    private static int BucketOf(long microseconds)
    {
        if (microseconds < SubBuckets)
            return (int)microseconds;
        var exponent = BitOperations.Log2((ulong)microseconds) - 5;
        return Math.Min((exponent + 1) * SubBuckets + (int)(microseconds >> exponent) - SubBuckets, 40 * SubBuckets - 1);
    }

    private static long UpperEdge(int bucket) => bucket < SubBuckets
        ? bucket
        : ((bucket % SubBuckets + SubBuckets + 1L) << (bucket / SubBuckets - 1)) - 1;
}
