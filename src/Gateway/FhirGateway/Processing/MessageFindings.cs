using System.Threading.Channels;
using FhirGateway.FeedHealth;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>
/// Checks messages against their source's profiles once they are told, for reports: no alert waits for a profile. It takes at most a
/// tenth of one processor; what comes faster is not checked, and counted.
/// </summary>
/// <param name="messages">Knows what each source has set.</param>
/// <param name="workers">Do it.</param>
/// <param name="feeds">Counts what is found by source; null for no counting.</param>
/// <param name="clock">The time.</param>
public sealed class MessageFindings(JournaledMessages messages, StageWorkers workers, FeedLedger? feeds, TimeProvider clock)
{
    private const int Waiting = 256;

    /// <summary>Times as long as it worked, it rests.</summary>
    private const int Rest = 9;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(5);

    private readonly Channel<MessageItem> queue = Channel.CreateBounded<MessageItem>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly ResourceValidation validation = new();
    private long checkedSoFar;

    /// <summary>Messages checked so far.</summary>
    public long Checked => Volatile.Read(ref checkedSoFar);

    /// <summary>Has a message checked, if there is time for it.</summary>
    public void Offer(MessageItem item)
    {
        if (item.Events.IsEmpty)
            return;
        if (!queue.Writer.TryWrite(item))
            GatewayTelemetry.NotValidated.Add(1);
    }

    /// <summary>Checks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(cancellationToken))
            {
                var started = clock.GetTimestamp();
                await workers.RunAsync(1, _ => Check(started));
                await Task.Delay(clock.GetElapsedTime(started) * Rest, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What waits is not checked: the gateway stops.
        }
    }

    /// <summary>For as long as a turn takes.</summary>
    private void Check(long started)
    {
        while (clock.GetElapsedTime(started) < Turn && queue.Reader.TryRead(out var item))
            Check(item);
    }

    private void Check(MessageItem item)
    {
        var profiles = messages.SettingsOf(item.Entry).Validation.Profiles;
        var found = new HashSet<(string Place, string Finding)>();
        foreach (var told in item.Events)
        {
            var issues = validation.Validate(told.Bundle, profiles);
            GatewayTelemetry.CountFindings(FindingCounts.Of(issues));
            found.UnionWith(FindingCounts.Elements(issues, told.Bundle));
        }

        feeds?.Found(item.Entry.Entry.Source, found, item.Entry.Entry.ReceivedAt);
        Interlocked.Increment(ref checkedSoFar);
    }
}
