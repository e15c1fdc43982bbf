using FhirGateway.Publications;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>How far the relay is, per topic and partition, and what it keeps back.</summary>
internal sealed class RelayRows(SqliteDatabase database) : IRelayState
{
    public RelayTopicState? Find(int participant, string stream)
    {
        var number = PublicationRows.Number(stream);
        var topic = database.Sql("SELECT topic, topic_id, partitions, settled FROM relay_topic WHERE participant = ? AND stream = ?")
            .Bind(participant).Bind(number).One(r => new RelayTopicState
            {
                Participant = participant,
                Stream = stream,
                Topic = r.Text(0),
                TopicId = r.TextOrNull(1),
                Partitions = r.Int32(2),
                Settled = r.Int64(3),
            });
        return topic is null ? null : topic with
        {
            Progress =
            [
                .. database.Sql("SELECT partition, partition_sequence, stream_sequence, log_offset FROM relay_partition WHERE participant = ? AND stream = ? ORDER BY partition")
                    .Bind(participant).Bind(number).All(r => new RelayPartition(r.Int32(0), r.Int64(1), r.Int64(2), r.Int64(3))),
            ],
        };
    }

    public void Provision(RelayTopicState topic)
    {
        database.Sql("INSERT INTO relay_topic (participant, stream, topic, topic_id, partitions, settled) VALUES (?, ?, ?, ?, ?, ?)")
            .Bind(topic.Participant).Bind(PublicationRows.Number(topic.Stream)).Bind(topic.Topic).Bind(topic.TopicId)
            .Bind(topic.Partitions).Bind(topic.Settled).Run();
        foreach (var partition in topic.Progress)
            SavePartition(topic.Participant, topic.Stream, partition);
    }

    public void SetSettled(int participant, string stream, long sequence) => database
        .Sql("UPDATE relay_topic SET settled = ? WHERE participant = ? AND stream = ?")
        .Bind(sequence).Bind(participant).Bind(PublicationRows.Number(stream)).Run();

    public void SavePartition(int participant, string stream, RelayPartition partition) => database
        .Sql("INSERT OR REPLACE INTO relay_partition (participant, stream, partition, partition_sequence, stream_sequence, log_offset) VALUES (?, ?, ?, ?, ?, ?)")
        .Bind(participant).Bind(PublicationRows.Number(stream)).Bind(partition.Partition).Bind(partition.PartitionSequence)
        .Bind(partition.StreamSequence).Bind(partition.Offset).Run();

    public void Park(int participant, string stream, ParkedEvent parked) => database
        .Sql("INSERT OR REPLACE INTO relay_parked (participant, stream, sequence, partition, partition_sequence, order_key, reason) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .Bind(participant).Bind(PublicationRows.Number(stream)).Bind(parked.Sequence).Bind(parked.Partition).Bind(parked.PartitionSequence)
        .Bind(parked.OrderKey).Bind(parked.Reason).Run();

    public void Unpark(int participant, string stream, long sequence) => database
        .Sql("DELETE FROM relay_parked WHERE participant = ? AND stream = ? AND sequence = ?")
        .Bind(participant).Bind(PublicationRows.Number(stream)).Bind(sequence).Run();

    public bool IsParked(int participant, string stream, string orderKey) => database
        .Sql("SELECT 1 FROM relay_parked WHERE participant = ? AND stream = ? AND order_key = ? LIMIT 1")
        .Bind(participant).Bind(PublicationRows.Number(stream)).Bind(orderKey).Any();

    public int RetryParked(int participant, string stream)
    {
        database.Sql("UPDATE relay_parked SET retry = 1 WHERE participant = ? AND stream = ?")
            .Bind(participant).Bind(PublicationRows.Number(stream)).Run();
        return (int)CountParked(participant, stream);
    }

    public IReadOnlyList<ParkedEvent> Retrying(int participant, string stream, int most) => database
        .Sql("SELECT sequence, partition, partition_sequence, order_key, reason FROM relay_parked WHERE participant = ? AND stream = ? AND retry = 1 ORDER BY sequence LIMIT ?")
        .Bind(participant).Bind(PublicationRows.Number(stream)).Bind(most)
        .All(r => new ParkedEvent(r.Int64(0), r.Int32(1), r.Int64(2), r.Text(3), r.Text(4)));

    public void EndRetry(int participant, string stream, string orderKey) => database
        .Sql("UPDATE relay_parked SET retry = 0 WHERE participant = ? AND stream = ? AND order_key = ?")
        .Bind(participant).Bind(PublicationRows.Number(stream)).Bind(orderKey).Run();

    public long CountParked(int participant, string stream) => database
        .Sql("SELECT count(*) FROM relay_parked WHERE participant = ? AND stream = ?")
        .Bind(participant).Bind(PublicationRows.Number(stream)).Scalar();
}
