using System.Text.Json;
using FhirGateway.Audit;
using FhirGateway.Processing;

namespace FhirGateway.Host.Security;

/// <summary>
/// Records refused access in the audit log without letting an attacker fill the disk: of each (client, route, reason) the first
/// is recorded within a second, all that follow as one count a minute. Clients, routes and reasons are from fixed lists.
/// </summary>
public sealed partial class RefusalLog(IStateStore store, TimeProvider clock, ILogger<RefusalLog> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Guards against a list that is not as fixed as it should be.</summary>
    private const int MostKeys = 10_000;
    private readonly Dictionary<Key, Count> counts = [];
    private readonly Lock gate = new();

    /// <summary>Notes a refusal. Costs the caller no more than a counter, so its answer takes as long as any other.</summary>
    /// <param name="client">Id of the client if it is one of ours; null for anybody.</param>
    /// <param name="route">The route's pattern, never the path as sent.</param>
    /// <param name="reason">A word of a fixed list.</param>
    public void Note(string? client, string route, string reason)
    {
        GatewayTelemetry.Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
        var key = new Key(client, route, reason);
        lock (gate)
        {
            if (!counts.TryGetValue(key, out var count))
            {
                if (counts.Count >= MostKeys)
                    return;
                counts[key] = count = new Count { NextWrite = clock.GetUtcNow() };
            }

            count.Pending++;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await WriteAsync(all: false);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops: what is left is written below.
        }

        await WriteAsync(all: true);
    }

    private async Task WriteAsync(bool all)
    {
        var due = Take(all);
        if (due.Count == 0)
            return;
        try
        {
            await store.WriteAsync(StateLane.Messages, tx =>
            {
                foreach (var (key, count) in due)
                    tx.Audit.Append(new AuditRecord(AuditKinds.Refused, Detail(key, count)));
                return true;
            }, CancellationToken.None);
        }
        catch (IOException e)
        {
            Log.NotWritten(log, due.Count, e.Message);
            PutBack(due);
        }
    }

    private List<(Key Key, long Count)> Take(bool all)
    {
        var now = clock.GetUtcNow();
        var due = new List<(Key, long)>();
        lock (gate)
        {
            foreach (var (key, count) in counts)
            {
                if (count.NextWrite > now && !all)
                    continue;
                if (count.Pending == 0)
                {
                    counts.Remove(key);
                    continue;
                }

                due.Add((key, count.Pending));
                count.Pending = 0;
                count.NextWrite = now + Pause;
            }
        }

        return due;
    }

    private void PutBack(List<(Key Key, long Count)> due)
    {
        lock (gate)
        {
            foreach (var (key, count) in due)
            {
                if (counts.TryGetValue(key, out var known))
                    known.Pending += count;
            }
        }
    }

    private static string Detail(Key key, long count)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (key.Client is not null)
                json.WriteString("client", key.Client);
            json.WriteString("route", key.Route);
            json.WriteString("reason", key.Reason);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private readonly record struct Key(string? Client, string Route, string Reason);

    private sealed class Count
    {
        public long Pending { get; set; }
        public DateTimeOffset NextWrite { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Records} audit records of refused access wait: {Fault}")]
        public static partial void NotWritten(ILogger logger, int records, string fault);
    }
}
