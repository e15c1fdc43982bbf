using System.Collections.Frozen;
using FhirGateway.Audit;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Publications;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Processing;

/// <summary>Delivers one stream of one participant to its topic, page by page and in order.</summary>
internal sealed partial class RelayTopic(
    Participant participant,
    string stream,
    RelayParts parts,
    SemaphoreSlim checking,
    ILogger log)
{
    private const string Client = "kafka";
    private readonly string topic = Contracts.TopicName.Of(parts.Options.TopicPrefix, participant.Id, stream);
    private readonly Dictionary<int, RelayPartition> progress = [];
    private FrozenSet<long> overtaken = [];
    private int partitions;
    private long settled;

    /// <summary>Up to here the delivery is recorded; a repeat after a failure is the same delivery.</summary>
    private long announced;
    private bool isReady;
    private volatile bool retry = true;
    private volatile RelayStatus status = new(participant.Id, stream, Contracts.TopicName.Of(parts.Options.TopicPrefix, participant.Id, stream), RelayState.Checking, null, 0, 0);

    public RelayStatus Status => status;

    /// <summary>Parked events were marked to be sent again.</summary>
    public void Retry()
    {
        retry = true;
        parts.Signals.Grown(participant.Number, stream, 0);
    }

    /// <summary>Runs until cancelled or stopped. No fault of this topic reaches another.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = parts.Options.FirstPause;
        while (true)
        {
            string reason;
            string? fault = null;
            try
            {
                if (!isReady && !await CheckAsync(cancellationToken))
                    return;
                var result = await StepAsync(cancellationToken);
                if (result is null)
                {
                    pause = parts.Options.FirstPause;
                    continue;
                }

                reason = result;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (DeliveryChannelException e)
            {
                (reason, fault) = (RelayReasons.Unreachable, e.Message);
            }
            catch (IOException e)
            {
                (reason, fault) = (RelayReasons.StoreUnavailable, e.Message);
            }
            catch (Exception e)
            {
                Log.Failed(log, topic, e);
                Show(RelayState.Stopped, RelayReasons.InternalError);
                return;
            }

            isReady = false;
            if (status.State != RelayState.Waiting || status.Reason != reason)
                Log.Waits(log, topic, reason, fault);
            Show(RelayState.Waiting, reason);
            if (!await PauseAsync(pause, cancellationToken))
                return;
            pause = pause * 2 < parts.Options.LongestPause ? pause * 2 : parts.Options.LongestPause;
        }
    }

    /// <summary>One step: parked events, a page, or the wait for more. Null if it went well, else why to pause.</summary>
    private async Task<string?> StepAsync(CancellationToken cancellationToken)
    {
        if (retry && await SendParkedAsync(cancellationToken) is { } reason)
            return reason;
        var page = Cut(parts.Streams.Read(participant.Number, stream, settled, parts.Options.PageEvents));
        if (page.Count > 0)
            return await SendPageAsync(page, cancellationToken);
        Show(RelayState.Delivering, null);
        await parts.Signals.WaitAsync(participant.Number, stream, settled, cancellationToken);
        return null;
    }

    /// <summary>False if the topic must not be written before an operator has looked.</summary>
    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        await checking.WaitAsync(cancellationToken);
        RelayFinding finding;
        try
        {
            finding = await new RelayCheck(parts.Store, parts.Streams, parts.Channel, parts.Options.PageEvents)
                .RunAsync(participant.Number, participant.Id, stream, topic, cancellationToken);
        }
        finally
        {
            checking.Release();
        }

        if (finding.Topic is not { } state)
        {
            Log.Stopped(log, topic, finding.Reason!);
            Show(RelayState.Stopped, finding.Reason);
            return false;
        }

        progress.Clear();
        foreach (var partition in state.Progress)
            progress[partition.Partition] = partition;
        (partitions, settled, overtaken) = (state.Partitions, state.Settled, finding.Overtaken);
        (isReady, retry) = (true, true);
        await CountAsync(cancellationToken);
        return true;
    }

    private async Task<string?> SendPageAsync(List<Publication> found, CancellationToken cancellationToken)
    {
        var last = found[^1].Sequence;
        var items = Number(found);
        var parked = await AnnounceAsync(items.Where(i => !i.IsSettled).ToList(), cancellationToken);
        // Read again: what was taken back before the delivery was recorded must not leave.
        var now = parts.Streams.Read(participant.Number, stream, settled, found.Count).ToDictionary(p => p.Sequence);
        items = Number([.. items.Select(i => now[i.Publication.Sequence])]);
        var page = new RelayPage(items);
        foreach (var item in items.Where(i => !i.IsSettled))
        {
            if (parked.Contains(item.OrderKey))
                page.Park(item, RelayReasons.BehindParked);
            else
                Fill(page, item);
        }

        string? reason = null;
        while (reason is null && page.Next() is { Count: > 0 } next)
        {
            var reports = await SendAsync(next, cancellationToken);
            reason = page.Apply(next, reports);
            // An offset that was reported before belongs to another log: it is looked at before anything is noted.
            if (next.Exists(i => i.Offset >= 0 && i.Offset <= progress[i.Partition].Offset))
                return RelayReasons.LogTooShort;
            await SettleAsync(page, null);
        }

        if (reason is null)
            await SettleAsync(page, last);
        cancellationToken.ThrowIfCancellationRequested();
        return reason;
    }

    /// <summary>Numbers the events of a page per partition; those delivered before the page are left out.</summary>
    private List<RelayItem> Number(List<Publication> found)
    {
        var numbers = progress.ToDictionary(p => p.Key, p => p.Value.PartitionSequence);
        var items = new List<RelayItem>(found.Count);
        foreach (var publication in found)
        {
            var partition = RelayItem.PartitionOf(publication, partitions);
            if (publication.Sequence <= progress[partition].StreamSequence)
                continue;
            items.Add(new RelayItem(publication, partition, ++numbers[partition]) { Offset = overtaken.Contains(publication.Sequence) ? -1 : null });
        }

        return items;
    }

    /// <summary>Records the delivery before it begins; answers the order keys that are kept back.</summary>
    private async Task<HashSet<string>> AnnounceAsync(List<RelayItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
            return [];
        var (from, to) = (items[0].Publication.Sequence, items[^1].Publication.Sequence);
        var kept = await parts.Store.WriteAsync(StateLane.Messages, tx =>
        {
            var parked = new HashSet<string>(StringComparer.Ordinal);
            if (tx.Relay.CountParked(participant.Number, stream) > 0)
                parked.UnionWith(items.Select(i => i.OrderKey).Distinct(StringComparer.Ordinal).Where(k => tx.Relay.IsParked(participant.Number, stream, k)));
            if (to > announced && items.Exists(i => !parked.Contains(i.OrderKey)))
            {
                tx.Publications.SetDelivered(participant.Number, stream, to);
                tx.Audit.Append(new AuditRecord(AuditKinds.Delivery, DeliveryJson.Of(participant.Id, Client, stream, from, to)));
            }

            return parked;
        }, cancellationToken);
        announced = Math.Max(announced, to);
        return kept;
    }

    private void Fill(RelayPage page, RelayItem item)
    {
        try
        {
            item.Record = Record(item.Publication, item.Partition, item.PartitionSequence);
        }
        catch (InvalidDataException e)
        {
            Log.Damaged(log, topic, item.Publication.Sequence, e.Message);
            page.Park(item, RelayReasons.DamagedBody);
        }
    }

    private OutgoingRecord Record(Publication p, int partition, long partitionSequence)
    {
        var body = p.Withdrawn is not null || p.Inline is not null ? [] : parts.Bodies.Read(p.Body);
        return new OutgoingRecord(
            topic, partition, p.PersonKey ?? "", StreamEntryJson.Write(p, participant.Id, body), p.EventId(participant.Id), p.Type, p.Source, p.Time,
            p.Sequence, partitionSequence);
    }

    /// <summary>Sends; when the gateway stops, what is on its way has a moment to be reported.</summary>
    private async Task<IReadOnlyList<DeliveryReport>> SendAsync(List<RelayItem> items, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, parts.Clock);
        await using var stop = cancellationToken.Register(() => end.CancelAfter(parts.Options.StopWithin));
        try
        {
            return await parts.Channel.SendAsync([.. items.Select(i => i.Record!)], end.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private async Task SettleAsync(RelayPage page, long? upTo)
    {
        var moved = page.Advance(progress);
        var parked = page.Items.Where(i => i.Parked is not null && moved.TryGetValue(i.Partition, out var at)
            && i.PartitionSequence <= at.PartitionSequence && i.PartitionSequence > progress[i.Partition].PartitionSequence).ToList();
        var delivered = page.Items.Count(i => i.Offset is not null && moved.TryGetValue(i.Partition, out var at)
            && i.PartitionSequence <= at.PartitionSequence && i.PartitionSequence > progress[i.Partition].PartitionSequence);
        if (moved.Count == 0 && upTo is null)
            return;
        // What the broker has reported must be noted even while the gateway stops.
        var count = await parts.Store.WriteAsync(StateLane.Messages, tx =>
        {
            foreach (var partition in moved.Values)
                tx.Relay.SavePartition(participant.Number, stream, partition);
            foreach (var item in parked)
                tx.Relay.Park(participant.Number, stream, new ParkedEvent(item.Publication.Sequence, item.Partition, item.PartitionSequence, item.OrderKey, item.Parked!));
            if (upTo is { } sequence)
                tx.Relay.SetSettled(participant.Number, stream, sequence);
            return tx.Relay.CountParked(participant.Number, stream);
        }, CancellationToken.None);
        foreach (var partition in moved.Values)
            progress[partition.Partition] = partition;
        settled = upTo ?? settled;
        foreach (var item in parked.Where(i => i.Parked != RelayReasons.BehindParked))
            Log.Parked(log, topic, item.Publication.Sequence, item.Parked!);
        Show(RelayState.Delivering, null, count, delivered);
    }

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        var count = await parts.Store.WriteAsync(StateLane.Messages, tx => tx.Relay.CountParked(participant.Number, stream), cancellationToken);
        // After a failure it delivers again when something has been delivered, not before.
        if (status.State == RelayState.Waiting)
            Show(RelayState.Waiting, status.Reason, count);
        else
            Show(RelayState.Delivering, null, count);
    }

    private void Show(RelayState state, string? reason, long? parked = null, long delivered = 0)
    {
        status = status with { State = state, Reason = reason, Settled = settled, Parked = parked ?? status.Parked };
        RelayTelemetry.Observe(status, delivered);
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, parts.Clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private List<Publication> Cut(IReadOnlyList<Publication> found)
    {
        var page = new List<Publication>(found.Count);
        var bytes = 0L;
        foreach (var publication in found)
        {
            bytes += publication.Body.Length + (publication.Inline?.Length ?? 0) + 512;
            if (page.Count > 0 && bytes > parts.Options.PageBytes)
                break;
            page.Add(publication);
        }

        return page;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Critical, Message = "Delivery to {Topic} is stopped: {Reason}; other topics go on")]
        public static partial void Stopped(ILogger logger, string topic, string reason);

        [LoggerMessage(Level = LogLevel.Critical, Message = "Delivery to {Topic} failed by a fault of the gateway and is stopped; other topics go on")]
        public static partial void Failed(ILogger logger, string topic, Exception fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Delivery to {Topic} waits and tries again: {Reason} {Fault}")]
        public static partial void Waits(ILogger logger, string topic, string reason, string? fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Event {Sequence} of {Topic} is parked: {Reason}; later events of the same key wait behind it")]
        public static partial void Parked(ILogger logger, string topic, long sequence, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Event {Sequence} of {Topic} cannot be read: {Fault}")]
        public static partial void Damaged(ILogger logger, string topic, long sequence, string fault);
    }
}
