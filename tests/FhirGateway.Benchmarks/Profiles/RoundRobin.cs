using System.Diagnostics;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>Runs lanes in turn over short slices, so that what else the machine does meets all alike.</summary>
internal static class RoundRobin
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(40);

    /// <summary>What the work returned, so that none of it can be left out.</summary>
    public static long Sink { get; private set; }

    /// <summary>Fills the figures of the lanes, after a warm-up of one second each that counts for nothing.</summary>
    public static void Measure(IReadOnlyList<byte[]> resources, IReadOnlyList<Lane> lanes, TimeSpan duration)
    {
        foreach (var lane in lanes)
            for (var warm = Stopwatch.StartNew(); warm.Elapsed < TimeSpan.FromSeconds(1);)
                Run(lane, resources, Slice, count: false);
        var allocated = new double[lanes.Count];
        var done = new long[lanes.Count];
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration;)
            for (var i = 0; i < lanes.Count; i++)
            {
                var (bytes, number) = Run(lanes[i], resources, Slice, count: true);
                allocated[i] += bytes;
                done[i] += number;
            }
        for (var i = 0; i < lanes.Count; i++)
            lanes[i].Allocated = allocated[i] / done[i];
    }

    /// <summary>Whole passes over the resources until the slice is over.</summary>
    private static (long Allocated, long Number) Run(Lane lane, IReadOnlyList<byte[]> resources, TimeSpan slice, bool count)
    {
        long bytes = 0, number = 0, sink = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            for (var i = 0; i < resources.Count; i++)
            {
                sink += lane.Work(resources[i]);
                bytes += resources[i].Length;
            }
            number += resources.Count;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < slice);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Sink += sink;
        if (count)
            lane.Rates.Add(bytes / elapsed.TotalSeconds);
        return (allocated, number);
    }
}
