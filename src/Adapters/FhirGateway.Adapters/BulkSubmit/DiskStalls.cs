namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Which jobs wait because our own disk failed them, and for how long: longer after every fault, and from the start again after progress.</summary>
internal sealed class DiskStalls(TimeProvider clock)
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private const int MostDoublings = 9;
    private readonly Dictionary<string, Stall> stalls = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>The pause after this many faults in a row before.</summary>
    public static TimeSpan PauseAfter(int faults)
    {
        var pause = First * (1 << Math.Min(faults, MostDoublings));
        return pause < Longest ? pause : Longest;
    }

    public bool Holds(string job)
    {
        lock (gate)
            return stalls.TryGetValue(job, out var stall) && clock.GetUtcNow() < stall.Until;
    }

    /// <summary>A fault; more files of the manifest than at its last fault are progress.</summary>
    public void Fault(string job, int manifest = 0, int fetched = 0)
    {
        lock (gate)
        {
            if (!stalls.TryGetValue(job, out var stall))
                stalls[job] = stall = new Stall();
            if (fetched > stall.Fetched.GetValueOrDefault(manifest))
            {
                stall.Fetched[manifest] = fetched;
                stall.Faults = 0;
            }

            stall.Until = clock.GetUtcNow() + PauseAfter(stall.Faults++);
        }
    }

    /// <summary>It goes on, or is over.</summary>
    public void Forget(string job)
    {
        lock (gate)
            stalls.Remove(job);
    }

    private sealed class Stall
    {
        public int Faults { get; set; }
        public DateTimeOffset Until { get; set; }
        public Dictionary<int, int> Fetched { get; } = [];
    }
}
