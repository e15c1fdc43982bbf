namespace FhirGateway.Publications;

/// <summary>The extent of a partition's log.</summary>
/// <param name="StartOffset">The first offset that is still there.</param>
/// <param name="EndOffset">The offset that the next record will get: the log's length, retention apart.</param>
public readonly record struct PartitionLog(long StartOffset, long EndOffset);
