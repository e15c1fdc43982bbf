using FhirGateway.FeedHealth;
using FhirGateway.Publications;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>
/// Keeps the feed ledger's rows and tells operators what changed. Only a gateway that listens watches: to a verb, silence says nothing.
/// </summary>
public sealed partial class FeedWatch(IStateStore store, FeedLedger ledger, TimeProvider clock, ILogger<FeedWatch> log)
{
    /// <summary>The key of the operator's stream among the signals: no participant has number 0.</summary>
    private const int Operator = 0;
    private const string Stream = "feed";
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WriteAllEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KeepAlerts = TimeSpan.FromDays(400);
    private readonly StreamSignals signals = new();
    private DateTimeOffset wroteAllAt;
    private DateTimeOffset prunedAt;

    /// <summary>Completes when the operator's stream holds an alert after a sequence.</summary>
    public Task WaitAsync(long after, CancellationToken cancellationToken) => signals.WaitAsync(Operator, Stream, after, cancellationToken);

    public Task LoadAsync(CancellationToken cancellationToken) => store.WriteAsync(StateLane.Messages, tx =>
    {
        ledger.Load(tx.Feeds, clock.GetUtcNow());
        return true;
    }, cancellationToken);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            await TickAsync();
    }

    /// <summary>One look: time went by, rows are written, and what is news is told.</summary>
    public async Task TickAsync()
    {
        var now = clock.GetUtcNow();
        ledger.Pass(now);
        var all = now - wroteAllAt >= WriteAllEvery;
        await FlushAsync(all);
        if (all)
        {
            wroteAllAt = now;
            Measure();
        }

        await TellAsync(now);
    }

    /// <summary>Writes what is not yet written. A store that cannot be written now is tried again with the next look.</summary>
    public async Task FlushAsync(bool all)
    {
        var changes = ledger.TakeChanges(all);
        if (changes.IsEmpty)
            return;
        try
        {
            await store.WriteAsync(StateLane.Messages, tx =>
            {
                changes.Save(tx.Feeds);
                return true;
            }, CancellationToken.None);
        }
        catch (IOException e)
        {
            ledger.PutBack(changes);
            Log.NotWritten(log, e.Message);
        }
    }

    private async Task TellAsync(DateTimeOffset now)
    {
        var alerts = ledger.Judge(now);
        var prunes = now - prunedAt >= TimeSpan.FromDays(1);
        if (alerts.Count == 0 && !prunes)
            return;
        try
        {
            var told = await store.WriteAsync(StateLane.Messages, tx =>
            {
                if (prunes)
                    tx.Feeds.Prune(FeedLedger.OldestHour(now), now - KeepAlerts);
                return alerts.Select(a => a with { Sequence = tx.Feeds.Append(a) }).ToList();
            }, CancellationToken.None);
            prunedAt = prunes ? now : prunedAt;
            ledger.Told(told);
            foreach (var alert in told)
                Tell(alert);
        }
        catch (IOException e)
        {
            Log.NotWritten(log, e.Message);
        }
    }

    private void Measure()
    {
        if (!GatewayTelemetry.FeedSilence.Enabled && !GatewayTelemetry.FeedLastMessage.Enabled)
            return;
        foreach (var (source, silence, last) in ledger.Wholes())
        {
            var of = new KeyValuePair<string, object?>("source", source);
            GatewayTelemetry.FeedLastMessage.Record(last.ToUnixTimeSeconds(), of);
            if (silence is { } share)
                GatewayTelemetry.FeedSilence.Record(share, of);
        }
    }

    private void Tell(FeedAlert alert)
    {
        GatewayTelemetry.FeedAlerts.Add(1, new("source", alert.Source), new("type", alert.Type), new("state", alert.Clears is null ? "raised" : "cleared"));
        Log.Told(log, alert.Type, alert.Source, alert.Facility ?? "(all)", alert.Sequence);
        signals.Grown(Operator, Stream, alert.Sequence);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Type}: source {Source}, facility {Facility} (alert {Sequence})")]
        public static partial void Told(ILogger logger, string type, string source, string facility, long sequence);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The state of feeds cannot be written ({Fault}); trying again")]
        public static partial void NotWritten(ILogger logger, string fault);
    }
}
