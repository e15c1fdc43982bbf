using System.Collections.Immutable;
using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>
/// Compares a topic and its log with what is stored, before the first record and after every failure: what was sent and
/// not noted is noted now, so that it is not sent again.
/// </summary>
internal sealed class RelayCheck(IStateStore store, IStreamLog log, IDeliveryChannel channel, int page)
{
    // An event that overtook others of its partition is at most a page ahead; far more is not our log.
    private const int MostAhead = 20_000;

    /// <summary>What is found. Throws <see cref="DeliveryChannelException"/> while the broker does not answer.</summary>
    public async Task<RelayFinding> RunAsync(int participant, string participantId, string stream, string topic, CancellationToken cancellationToken)
    {
        var (known, retrying) = await store.WriteAsync(
            StateLane.Messages, tx => (tx.Relay.Find(participant, stream), tx.Relay.Retrying(participant, stream, page)), cancellationToken);
        if (known is not null && known.Topic != topic)
            return RelayFinding.Stop(RelayReasons.OtherTopicName);
        var found = await channel.ProvisionAsync(topic, cancellationToken);
        if (known is null)
            return await ProvisionAsync(participant, stream, found, cancellationToken);
        if (found.Created || (known.TopicId is not null && found.TopicId is not null && known.TopicId != found.TopicId))
            return RelayFinding.Stop(RelayReasons.OtherTopic);
        if (found.Partitions != known.Partitions)
            return RelayFinding.Stop(RelayReasons.OtherPartitionCount);
        return await ReadBackAsync(known, participantId, retrying, cancellationToken);
    }

    private async Task<RelayFinding> ProvisionAsync(int participant, string stream, DeliveryTopic found, CancellationToken cancellationToken)
    {
        var progress = ImmutableArray.CreateBuilder<RelayPartition>(found.Partitions);
        for (var partition = 0; partition < found.Partitions; partition++)
        {
            var extent = await channel.DescribeLogAsync(found.Name, partition, cancellationToken);
            if (extent.EndOffset > extent.StartOffset && await HoldsEventsAsync(found.Name, partition, extent.StartOffset, cancellationToken))
                return RelayFinding.Stop(RelayReasons.ForeignEvents);
            progress.Add(new RelayPartition(partition, 0, 0, extent.EndOffset - 1));
        }

        var state = new RelayTopicState
        {
            Participant = participant,
            Stream = stream,
            Topic = found.Name,
            TopicId = found.TopicId,
            Partitions = found.Partitions,
            Progress = progress.MoveToImmutable(),
        };
        await store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Relay.Provision(state);
            return true;
        }, cancellationToken);
        return RelayFinding.Ready(state);
    }

    private async Task<bool> HoldsEventsAsync(string topic, int partition, long from, CancellationToken cancellationToken)
    {
        await foreach (var _ in channel.ReadBackAsync(topic, partition, from, cancellationToken))
            return true;
        return false;
    }

    private async Task<RelayFinding> ReadBackAsync(
        RelayTopicState known, string participantId, IReadOnlyList<ParkedEvent> retrying, CancellationToken cancellationToken)
    {
        var lost = known.Progress.Length < known.Partitions;
        var progress = ImmutableArray.CreateBuilder<RelayPartition>(known.Partitions);
        var overtaken = new HashSet<long>();
        var released = new List<long>();
        for (var partition = 0; partition < known.Partitions; partition++)
        {
            var at = known.Progress.FirstOrDefault(p => p.Partition == partition, new RelayPartition(partition, 0, 0, -1));
            var extent = await channel.DescribeLogAsync(known.Topic, partition, cancellationToken);
            if (extent.EndOffset <= at.Offset)
                return RelayFinding.Stop(RelayReasons.LogTooShort);
            if (extent.EndOffset > at.Offset + 1)
            {
                var walk = new Walk(log, known, participantId, page, at, overtaken);
                var parked = retrying.Where(p => p.Partition == partition)
                    .ToDictionary(p => p.PartitionSequence, p => (p.Sequence, Id: Publication.IdOf(participantId, known.Stream, p.Sequence)));
                await foreach (var record in channel.ReadBackAsync(known.Topic, partition, at.Offset + 1, cancellationToken))
                {
                    if (parked.TryGetValue(record.PartitionSequence, out var waiting) && waiting.Id == record.Id)
                        released.Add(waiting.Sequence);
                    if (!walk.Take(record))
                        return RelayFinding.Stop(RelayReasons.ForeignEvents);
                }

                if (!walk.End())
                    return RelayFinding.Stop(RelayReasons.ForeignEvents);
                at = walk.At;
            }

            progress.Add(at);
        }

        var state = known with { Progress = progress.MoveToImmutable(), Settled = lost ? 0 : known.Settled };
        await store.WriteAsync(StateLane.Messages, tx =>
        {
            foreach (var partition in state.Progress.Except(known.Progress))
                tx.Relay.SavePartition(known.Participant, known.Stream, partition);
            foreach (var sequence in released)
                tx.Relay.Unpark(known.Participant, known.Stream, sequence);
            return true;
        }, cancellationToken);
        return RelayFinding.Ready(state, overtaken);
    }

    /// <summary>Matches the records of one partition's log with the events of the stream that belong there, in order.</summary>
    private sealed class Walk(IStreamLog log, RelayTopicState topic, string participantId, int page, RelayPartition start, HashSet<long> overtaken)
    {
        private readonly Dictionary<long, DeliveredRecord> ahead = [];
        private readonly Queue<Publication> events = new();
        private long read = start.StreamSequence;

        private readonly int partition = start.Partition;

        public RelayPartition At { get; private set; } = start;

        /// <summary>False if the record is none of ours.</summary>
        public bool Take(DeliveredRecord record)
        {
            if (record.PartitionSequence <= At.PartitionSequence)
                return true;
            ahead[record.PartitionSequence] = record;
            while (ahead.Remove(At.PartitionSequence + 1, out var next))
            {
                if (Next() is not { } expected || expected.EventId(participantId) != next.Id)
                    return false;
                At = At with { PartitionSequence = next.PartitionSequence, StreamSequence = expected.Sequence, Offset = Math.Max(At.Offset, next.Offset) };
            }

            return ahead.Count <= MostAhead;
        }

        /// <summary>Finds the events that overtook others; false if one is none of ours.</summary>
        public bool End()
        {
            for (var number = At.PartitionSequence + 1; ahead.Count > 0; number++)
            {
                if (Next() is not { } expected)
                    return false;
                if (!ahead.Remove(number, out var record))
                    continue;
                if (expected.EventId(participantId) != record.Id)
                    return false;
                overtaken.Add(expected.Sequence);
            }

            return true;
        }

        private Publication? Next()
        {
            while (events.Count == 0)
            {
                var found = log.Read(topic.Participant, topic.Stream, read, page);
                if (found.Count == 0)
                    return null;
                read = found[^1].Sequence;
                foreach (var publication in found.Where(p => RelayItem.PartitionOf(p, topic.Partitions) == partition))
                    events.Enqueue(publication);
            }

            return events.Dequeue();
        }
    }
}
