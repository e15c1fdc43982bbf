using System.Collections.Concurrent;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>How often in a row the running jobs met a fault of our own disk without getting any further.</summary>
internal sealed class ExportFaults
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, (int InARow, (int Step, int Files) Reached)> jobs = new(StringComparer.Ordinal);

    /// <summary>Counts a fault of a job; how many there are in a row, 1 where the job came further than at any fault before.</summary>
    public int Add(string job, ExportProgress? progress)
    {
        var reached = (progress?.Step ?? 0, progress?.Files.Fetched ?? 0);
        return jobs.AddOrUpdate(job, (1, reached), (_, before) => reached.CompareTo(before.Reached) > 0 ? (1, reached) : (before.InARow + 1, before.Reached)).InARow;
    }

    /// <summary>The job is over.</summary>
    public void Forget(string job) => jobs.TryRemove(job, out _);

    /// <summary>How long is waited after so many: one second, then twice as long each time, five minutes at most.</summary>
    public static TimeSpan Pause(int inARow) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, inARow - 1), Longest.TotalSeconds));
}
