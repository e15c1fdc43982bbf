namespace FhirGateway.Publications;

/// <summary>A record found in a partition's log.</summary>
/// <param name="Offset">Its place in the log.</param>
/// <param name="Id">The event's id (<c>ce_id</c>).</param>
/// <param name="PartitionSequence">Its number in the partition (<c>ce_partitionsequence</c>).</param>
public readonly record struct DeliveredRecord(long Offset, string Id, long PartitionSequence);
