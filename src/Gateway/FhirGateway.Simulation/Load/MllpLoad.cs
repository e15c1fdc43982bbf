using FhirGateway.Simulation.Mllp;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Load;

/// <summary>
/// Loads an MLLP listener and measures its answers. Each connection has a thread, as each sender has a machine of its own: it queues behind
/// nothing else that this process does. A connection that fails ends the run with its exception: a measurement has no retries.
/// </summary>
public sealed class MllpLoad(World world, MllpLoadOptions options, TimeProvider time)
{
    /// <summary>Called for every message answered AA, from several threads at once.</summary>
    public Action<LoadMessage, DateTimeOffset>? OnAccepted { get; init; }

    public async Task<MllpLoadResult> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lanes = Enumerable.Range(0, options.Connections).Select(_ => new Lane()).ToArray();
        var started = time.GetTimestamp();
        await Task.WhenAll(lanes.Select((lane, i) => RunLaneAsync(lane, i, started, stop)));
        var elapsed = time.GetElapsedTime(started);
        var histogram = new LatencyHistogram();
        foreach (var lane in lanes)
            histogram.Add(lane.Histogram);
        var last = lanes.MaxBy(l => l.LastAcceptedAt)!;
        return new MllpLoadResult
        {
            Accepted = lanes.Sum(l => l.Accepted),
            Refused = lanes.Sum(l => l.Refused),
            Elapsed = elapsed,
            Latency = histogram.Summarize(),
            Persons = lanes.SelectMany(l => l.Persons).Distinct().Count(),
            Visits = lanes.Sum(l => l.Visits),
            LastAccepted = last.LastAccepted,
            LastAcceptedAt = last.LastAcceptedAt,
        };
    }

    private async Task RunLaneAsync(Lane lane, int index, long started, CancellationTokenSource stop)
    {
        try
        {
            await Task.Factory.StartNew(() => Send(lane, index, started, stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private void Send(Lane lane, int index, long started, CancellationToken cancellationToken)
    {
        using var connection = MllpConnection.Connect(options.Gateway);
        // Whoever waits for an answer is waked by the end of its connection.
        using var given = cancellationToken.Register(connection.Dispose);
        var messages = new LoadMessages(world, options.Run, index, options.Connections, options.MessagesPerVisit);
        for (var i = 0; time.GetElapsedTime(started) < options.Duration; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (options.MessagesPerSecond > 0)
            {
                var due = TimeSpan.FromSeconds((i * (double)options.Connections + index) / options.MessagesPerSecond);
                if (due >= options.Duration)
                    break;
                var early = due - time.GetElapsedTime(started);
                if (early > TimeSpan.FromMilliseconds(1))
                    cancellationToken.WaitHandle.WaitOne(early);
            }
            var message = messages.Next();
            var from = time.GetTimestamp();
            var answer = connection.Send(message.Bytes.Span);
            lane.Histogram.Add(time.GetElapsedTime(from));
            lane.Persons.Add(message.Patient.Person.Index);
            lane.Visits = messages.Visits;
            if (!answer.IsAccepted || answer.ControlId != message.ControlId)
            {
                lane.Refused++;
                continue;
            }
            lane.Accepted++;
            lane.LastAccepted = message.ControlId;
            lane.LastAcceptedAt = time.GetUtcNow();
            OnAccepted?.Invoke(message, lane.LastAcceptedAt);
        }
    }

    private sealed class Lane
    {
        internal LatencyHistogram Histogram { get; } = new();
        internal HashSet<int> Persons { get; } = [];
        internal long Accepted { get; set; }
        internal long Refused { get; set; }
        internal int Visits { get; set; }
        internal string? LastAccepted { get; set; }
        internal DateTimeOffset LastAcceptedAt { get; set; }
    }
}
