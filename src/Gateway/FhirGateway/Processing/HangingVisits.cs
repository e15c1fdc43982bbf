using FhirGateway.Normalization;
using FhirGateway.Organizations;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>Closes visits that nobody ended, by rule and in short transactions: a care team must not count on a bed that is long empty.</summary>
public sealed partial class HangingVisits(
    JournaledMessages messages, IStateStore store, IBodyStore bodies, CurrentDirectory directory, TimeProvider clock, ILogger<HangingVisits> log)
{
    private const int VisitsPerTransaction = 20;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>More are never looked past: where so many fail it is no visit's fault.</summary>
    private const int MostFailing = 1_000;

    /// <summary>Visits that failed since the round began: the others come before them.</summary>
    private readonly HashSet<Guid> failing = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                failing.Clear();
                while (await StepAsync(cancellationToken))
                {
                }
            }
            catch (IOException e)
            {
                // The disk is full or gone: the visits still hang when it is mended.
                Log.StoreUnavailable(log, e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(log, e.GetType().Name, e.StackTrace ?? "");
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>One transaction of work; false if nothing more hangs. What fails is left for the next round, and holds up nothing else.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var tried = new List<Guid>();
        try
        {
            var closed = await store.WriteAsync(StateLane.Bulk, tx => Close(tx, VisitsPerTransaction, tried), cancellationToken);
            Tell(closed);
            return closed == VisitsPerTransaction;
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException) && tried.Count > 0 && failing.Count < MostFailing)
        {
            await CloseOneByOneAsync(tried.Count, cancellationToken);
            return true;
        }
    }

    /// <summary>One of them cannot be closed: each has a transaction of its own, so that it takes no other with it.</summary>
    private async Task CloseOneByOneAsync(int most, CancellationToken cancellationToken)
    {
        for (var i = 0; i < most; i++)
        {
            var tried = new List<Guid>(1);
            try
            {
                Tell(await store.WriteAsync(StateLane.Bulk, tx => Close(tx, 1, tried), cancellationToken));
            }
            catch (Exception e) when (e is not (OperationCanceledException or IOException) && tried.Count > 0)
            {
                failing.UnionWith(tried);
                // Its text may quote a visit: only its type and place are logged. The next round tries again.
                Log.VisitFailed(log, tried[0], e.GetType().Name, e.StackTrace ?? "");
            }
        }
    }

    private int Close(IStateTransaction tx, int most, List<Guid> tried)
    {
        var now = clock.GetUtcNow();
        var publisher = new Publisher(tx, directory.Value, bodies, now);
        var writer = new EpisodeWriter(tx, publisher, directory.Value, messages.Find, now);
        var closed = 0;
        foreach (var visit in tx.Episodes.Hanging(now, most + failing.Count).Where(v => !failing.Contains(v.Encounter)).Take(most))
        {
            tried.Add(visit.Encounter);
            writer.Close(visit);
            closed++;
        }

        GatewayTelemetry.Published.Add(publisher.Published);
        return closed;
    }

    private void Tell(int closed)
    {
        if (closed > 0)
            Log.Closed(log, closed);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Visits} visits that nobody ended were closed by rule")]
        public static partial void Closed(ILogger logger, int visits);

        [LoggerMessage(Level = LogLevel.Error, Message = "Visits that hang could not be closed by rule: {Fault} {Where}")]
        public static partial void Failed(ILogger logger, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "Visit {Encounter} could not be closed by rule and is left for the next round: {Fault} {Where}")]
        public static partial void VisitFailed(ILogger logger, Guid encounter, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "The state cannot be written ({Fault}): visits that hang are closed later")]
        public static partial void StoreUnavailable(ILogger logger, string fault);
    }
}
