using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>One event of a page with its numbers, and what became of it.</summary>
internal sealed class RelayItem(Publication publication, int partition, long partitionSequence)
{
    public Publication Publication => publication;
    public int Partition => partition;
    public long PartitionSequence => partitionSequence;
    public string OrderKey { get; } = OrderKeyOf(publication);

    /// <summary>What is sent; dropped when the event is settled.</summary>
    public OutgoingRecord? Record { get; set; }

    /// <summary>Where the broker put it; null if it is not reported stored, -1 if it did not say.</summary>
    public long? Offset { get; set; }

    /// <summary>Why it is parked, if it is.</summary>
    public string? Parked { get; set; }
    public bool IsSettled => Offset is not null || Parked is not null;

    /// <summary>
    /// The partition of an event: by the pairwise person key; partition 0 for events of no person, which have an empty key
    /// and no order among persons.
    /// </summary>
    public static int PartitionOf(Publication publication, int count) =>
        publication.PersonKey is { } key ? PartitionKey.PartitionOf(key, count) : 0;

    private static string OrderKeyOf(Publication publication) =>
        publication.PersonKey ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"resource:{publication.Resource}");
}
