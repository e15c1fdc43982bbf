namespace FhirGateway.Publications;

/// <summary>How far one topic partition is.</summary>
/// <param name="Partition">The partition, 0-based.</param>
/// <param name="PartitionSequence">Number in the partition of the last event that is delivered or parked; 0 for none.</param>
/// <param name="StreamSequence">The same event's number in the stream; 0 for none.</param>
/// <param name="Offset">The highest offset that was positively reported; before the first, the one before the log's end at provisioning.</param>
public readonly record struct RelayPartition(int Partition, long PartitionSequence, long StreamSequence, long Offset);
