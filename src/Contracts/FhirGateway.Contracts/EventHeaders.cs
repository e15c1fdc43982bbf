namespace FhirGateway.Contracts;

/// <summary>
/// The headers of a Kafka record, and no others (CloudEvents 1.0 Kafka binding, binary mode). None carries PHI.
/// The record's key is the pairwise person key; its value is byte for byte the stream entry.
/// </summary>
public static class EventHeaders
{
    public const string ContentType = "content-type";
    public const string SpecVersion = "ce_specversion";
    public const string Id = "ce_id";
    public const string Type = "ce_type";
    public const string Source = "ce_source";
    public const string Time = "ce_time";
    public const string StreamSequence = "ce_streamsequence";
    public const string PartitionSequence = "ce_partitionsequence";
}
