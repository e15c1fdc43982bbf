using System.Diagnostics;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>Bytes a second that a number of threads work through together.</summary>
internal static class ThreadRates
{
    /// <param name="threads">How many.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="worker">Makes the work of one thread: each call does one resource and returns its bytes.</param>
    public static double Rate(int threads, TimeSpan duration, Func<Func<long>> worker)
    {
        var bytes = new long[threads];
        using var barrier = new Barrier(threads + 1);
        var running = Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            var work = worker();
            // What the first calls compile and allocate does not count.
            for (var i = 0; i < 50; i++)
                work();
            barrier.SignalAndWait();
            var sum = 0L;
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < duration;)
                sum += work();
            bytes[t] = sum;
        })).ToList();
        running.ForEach(t => t.Start());
        barrier.SignalAndWait();
        running.ForEach(t => t.Join());
        return bytes.Sum() / duration.TotalSeconds;
    }
}
