using System.Collections.Concurrent;

namespace FhirGateway.Processing;

/// <summary>Lines per second of each submission over the last minute. Safe for parallel use.</summary>
public sealed class LineRates(TimeProvider clock)
{
    private const int Seconds = 60;
    private readonly ConcurrentDictionary<string, Window> windows = new(StringComparer.Ordinal);

    /// <summary>Notes lines that became effective now.</summary>
    public void Add(string submission, int lines)
    {
        var now = clock.GetUtcNow();
        if (windows.Count > 64)
        {
            foreach (var (id, window) in windows)
            {
                if (now - window.Last > TimeSpan.FromSeconds(Seconds))
                    windows.TryRemove(id, out _);
            }
        }

        windows.GetOrAdd(submission, static _ => new Window()).Add(now, lines);
    }

    /// <summary>Lines per second; null if nothing was done in the last minute.</summary>
    public double? Of(string submission) =>
        windows.TryGetValue(submission, out var window) ? window.Rate(clock.GetUtcNow()) : null;

    private sealed class Window
    {
        private readonly Lock gate = new();
        private readonly Queue<(long Second, long Lines)> seconds = new();
        private long lines;
        private long last;

        public DateTimeOffset Last => DateTimeOffset.FromUnixTimeSeconds(Volatile.Read(ref last));

        public void Add(DateTimeOffset now, int count)
        {
            lock (gate)
            {
                last = now.ToUnixTimeSeconds();
                seconds.Enqueue((last, count));
                lines += count;
                Drop(last);
            }
        }

        public double? Rate(DateTimeOffset now)
        {
            lock (gate)
            {
                var second = now.ToUnixTimeSeconds();
                Drop(second);
                return seconds.Count == 0 ? null : lines / (double)Math.Max(1, second - seconds.Peek().Second);
            }
        }

        private void Drop(long now)
        {
            while (seconds.TryPeek(out var oldest) && oldest.Second <= now - Seconds)
                lines -= seconds.Dequeue().Lines;
        }
    }
}
