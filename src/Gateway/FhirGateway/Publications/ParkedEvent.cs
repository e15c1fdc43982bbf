namespace FhirGateway.Publications;

/// <summary>An event that the relay keeps back. It keeps the numbers that it had, so that its absence shows as a gap.</summary>
/// <param name="Sequence">Its number in the stream.</param>
/// <param name="Partition">Its partition, 0-based.</param>
/// <param name="PartitionSequence">Its number in the partition.</param>
/// <param name="OrderKey">Events of one order key never overtake each other: the person key, or the resource of an event of no person.</param>
/// <param name="Reason">A code: the broker's, or that it waits behind another.</param>
public sealed record ParkedEvent(long Sequence, int Partition, long PartitionSequence, string OrderKey, string Reason);
