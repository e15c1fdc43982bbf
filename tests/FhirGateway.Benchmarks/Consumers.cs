using System.Collections.Concurrent;
using System.Globalization;
using FhirGateway.Contracts;
using FhirGateway.Simulation.Load;
using FhirGateway.Simulation.Participants;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Benchmarks;

/// <summary>Both participants reading, and what was answered when.</summary>
internal sealed class Consumers : IAsyncDisposable
{
    private readonly HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource stop = new();
    private readonly List<ParticipantSimulator> readers = [];
    private readonly List<Task> running = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset> answered = new(StringComparer.Ordinal);
    private DateTimeOffset lastAnswer;
    private int runs;

    public int Received => readers.Sum(r => r.Received);

    public static async Task<Consumers> StartAsync(ServedGateway gateway)
    {
        var consumers = new Consumers();
        foreach (var participant in Cast.Participants)
        {
            var reader = new ParticipantSimulator(participant, consumers.http, await gateway.ClientAsync(participant), TimeProvider.System);
            consumers.readers.Add(reader);
            consumers.running.Add(reader.RunAsync(StreamNames.All, TimeSpan.FromSeconds(5), consumers.stop.Token));
        }

        return consumers;
    }

    public async Task<MllpLoadResult> LoadAsync(ServedGateway gateway, World world, TimeSpan duration, double rate, int connections = 16)
    {
        var load = new MllpLoad(world, new MllpLoadOptions { Gateway = gateway.Mllp, Duration = duration, MessagesPerSecond = rate, Connections = connections, Run = ++runs }, TimeProvider.System)
        {
            OnAccepted = (message, at) => answered[message.ControlId] = at,
        };
        var result = await load.RunAsync(default);
        lastAnswer = result.LastAcceptedAt;
        return result;
    }

    /// <summary>Waits until nothing comes for two seconds; how long after the last answer the last event came.</summary>
    public async Task<TimeSpan> SettleAsync()
    {
        int before;
        do
        {
            before = Received;
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
        while (Received != before);
        var last = readers.SelectMany(r => r.Ledger).Select(e => e.ArrivedAt).DefaultIfEmpty(lastAnswer).Max();
        return last > lastAnswer ? last - lastAnswer : TimeSpan.Zero;
    }

    /// <summary>From the answer to the arrival at a consumer, over all events so far; then forgotten.</summary>
    public string Latency()
    {
        var histogram = new LatencyHistogram();
        var begin = answered.Values.DefaultIfEmpty().Min();
        var tenth = (answered.Values.DefaultIfEmpty().Max() - begin) / 10;
        var most = new TimeSpan[10];
        foreach (var entry in readers.SelectMany(r => r.Ledger))
        {
            if (entry.SourceMessageId is not { } id || !answered.TryGetValue(id, out var at))
                continue;
            var late = entry.ArrivedAt > at ? entry.ArrivedAt - at : TimeSpan.Zero;
            histogram.Add(late);
            var part = Math.Min((int)((at - begin) / tenth), most.Length - 1);
            most[part] = late > most[part] ? late : most[part];
        }

        answered.Clear();
        var summary = histogram.Summarize();
        return $"p50 {FiguresBench.Ms(summary.P50)}, p99 {FiguresBench.Ms(summary.P99)}, max {FiguresBench.Ms(summary.Maximum)} over {summary.Count} events, at most {string.Join(", ", most.Select(m => m.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)))} s in each tenth";
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
        foreach (var reader in readers)
            reader.Dispose();
        http.Dispose();
        stop.Dispose();
    }
}
