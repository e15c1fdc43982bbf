using FhirGateway.Audit;
using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>The second half of <see cref="RelayTopic"/>: parked events that an operator wants sent again, one by one and in order.</summary>
internal sealed partial class RelayTopic
{
    private const int ParkedAtOnce = 100;

    /// <summary>Null if none is left to be sent, else why to pause.</summary>
    private async Task<string?> SendParkedAsync(CancellationToken cancellationToken)
    {
        retry = false;
        while (true)
        {
            var waiting = await parts.Store.WriteAsync(StateLane.Messages, tx => tx.Relay.Retrying(participant.Number, stream, ParkedAtOnce), cancellationToken);
            if (waiting.Count == 0)
                return null;
            var kept = new HashSet<string>(StringComparer.Ordinal);
            foreach (var parked in waiting.Where(p => !kept.Contains(p.OrderKey)))
            {
                var report = await SendOneAsync(parked, cancellationToken);
                if (report.Outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused)
                    await SettleAsync(parked, report);
                if (report.Outcome == DeliveryOutcome.Refused)
                    kept.Add(parked.OrderKey);
                else if (report.Outcome != DeliveryOutcome.Delivered)
                    return report.Reason ?? RelayReasons.Unreachable;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<DeliveryReport> SendOneAsync(ParkedEvent parked, CancellationToken cancellationToken)
    {
        await parts.Store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Audit.Append(new AuditRecord(AuditKinds.Delivery, DeliveryJson.Of(participant.Id, Client, stream, parked.Sequence, parked.Sequence)));
            // From here on an opt-out comes too late for it.
            tx.Publications.SetDelivered(participant.Number, stream, parked.Sequence);
            return true;
        }, cancellationToken);
        var publication = parts.Streams.Read(participant.Number, stream, parked.Sequence - 1, 1)[0];
        var item = new RelayItem(publication, parked.Partition, parked.PartitionSequence);
        try
        {
            item.Record = Record(publication, parked.Partition, parked.PartitionSequence);
        }
        catch (InvalidDataException e)
        {
            Log.Damaged(log, topic, parked.Sequence, e.Message);
            return DeliveryReport.Refused(RelayReasons.DamagedBody);
        }

        return (await SendAsync([item], cancellationToken))[0];
    }

    private async Task SettleAsync(ParkedEvent parked, DeliveryReport report)
    {
        var delivered = report.Outcome == DeliveryOutcome.Delivered;
        var at = progress[parked.Partition];
        at = at with { Offset = Math.Max(at.Offset, report.Offset) };
        var count = await parts.Store.WriteAsync(StateLane.Messages, tx =>
        {
            if (delivered)
            {
                tx.Relay.Unpark(participant.Number, stream, parked.Sequence);
                tx.Relay.SavePartition(participant.Number, stream, at);
            }
            else
            {
                tx.Relay.Park(participant.Number, stream, parked with { Reason = report.Reason! });
                tx.Relay.EndRetry(participant.Number, stream, parked.OrderKey);
            }

            return tx.Relay.CountParked(participant.Number, stream);
        }, CancellationToken.None);
        progress[parked.Partition] = at;
        if (!delivered)
            Log.Parked(log, topic, parked.Sequence, report.Reason!);
        Show(RelayState.Delivering, null, count, delivered ? 1 : 0);
    }
}
