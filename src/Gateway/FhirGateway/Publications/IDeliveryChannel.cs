namespace FhirGateway.Publications;

/// <summary>
/// The way by which published entries leave for an outside log of topics and partitions (Kafka). Delivery is at least
/// once: a record may arrive twice, with the same id and the same sequences, never with others.
/// </summary>
/// <remarks>
/// The relay provisions a topic before its first record, computes each partition with <see cref="PartitionKey"/> from
/// the count stored at that moment, sends in order, and stores the last delivered (partition sequence, offset). On start it
/// compares <see cref="DescribeLogAsync"/> with what it stored and reads the rest of the log with <see cref="ReadBackAsync"/>.
/// Calls for different topics may run at the same time; two for the same partition may not.
/// </remarks>
public interface IDeliveryChannel
{
    /// <summary>
    /// Makes sure that the topic exists, creating it with the configured partition count and retention where the broker
    /// lets us, and says what is there now. An existing topic is never changed.
    /// </summary>
    /// <exception cref="DeliveryChannelException">The broker is out of reach, or the topic is absent and cannot be created.</exception>
    Task<DeliveryTopic> ProvisionAsync(string topic, CancellationToken cancellationToken);

    /// <summary>The first and the next offset of a partition's log.</summary>
    /// <exception cref="DeliveryChannelException">The broker is out of reach or knows no such partition.</exception>
    Task<PartitionLog> DescribeLogAsync(string topic, int partition, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a partition from <paramref name="fromOffset"/> (an offset, 0-based; one that retention removed means the first
    /// one left) to the end that the log has when the call starts, in order. Records not written by this gateway, which lack
    /// its headers, are passed over.
    /// </summary>
    /// <exception cref="DeliveryChannelException">The broker is out of reach, or the log ends before <paramref name="fromOffset"/>.</exception>
    IAsyncEnumerable<DeliveredRecord> ReadBackAsync(string topic, int partition, long fromOffset, CancellationToken cancellationToken);

    /// <summary>
    /// Sends records in the order given and answers for each, at the same index. Only <see cref="DeliveryOutcome.Delivered"/>,
    /// which stands on the broker's positive report of all in-sync replicas, means that a record is in the log. A record after
    /// one of the same partition that was not handed over is not handed over either. Returns when every record is accounted
    /// for, or when the broker has been silent on every topic for the configured stall time; an outage is waited out until then.
    /// A topic that alone cannot be written holds its own call up, and no other.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled: nothing is known of the records without a report.</exception>
    /// <exception cref="DeliveryChannelException">The channel cannot start at all, for instance without its native library.</exception>
    Task<IReadOnlyList<DeliveryReport>> SendAsync(IReadOnlyList<OutgoingRecord> batch, CancellationToken cancellationToken);
}
