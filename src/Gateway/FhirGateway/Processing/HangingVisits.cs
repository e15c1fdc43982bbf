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

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
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
                // Its text may quote a visit: only its type and place are logged. The next round tries again.
                Log.Failed(log, e.GetType().Name, e.StackTrace ?? "");
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>One transaction of work; false if nothing more hangs.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var closed = await store.WriteAsync(StateLane.Bulk, Close, cancellationToken);
        if (closed > 0)
            Log.Closed(log, closed);
        return closed == VisitsPerTransaction;
    }

    private int Close(IStateTransaction tx)
    {
        var now = clock.GetUtcNow();
        var publisher = new Publisher(tx, directory.Value, bodies, now);
        var writer = new EpisodeWriter(tx, publisher, directory.Value, messages.Find, now);
        var hanging = tx.Episodes.Hanging(now, VisitsPerTransaction);
        foreach (var visit in hanging)
            writer.Close(visit);
        GatewayTelemetry.Published.Add(publisher.Published);
        return hanging.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Visits} visits that nobody ended were closed by rule")]
        public static partial void Closed(ILogger logger, int visits);

        [LoggerMessage(Level = LogLevel.Error, Message = "Visits that hang could not be closed by rule: {Fault} {Where}")]
        public static partial void Failed(ILogger logger, string fault, string where);

        [LoggerMessage(Level = LogLevel.Error, Message = "The state cannot be written ({Fault}): visits that hang are closed later")]
        public static partial void StoreUnavailable(ILogger logger, string fault);
    }
}
