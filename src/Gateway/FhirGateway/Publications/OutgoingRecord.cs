namespace FhirGateway.Publications;

/// <summary>One record on its way to a topic.</summary>
/// <param name="Topic">The topic's whole name.</param>
/// <param name="Partition">The partition, computed by <see cref="PartitionKey"/>; 0-based.</param>
/// <param name="Key">The record's key: the pairwise person key. No PHI.</param>
/// <param name="Value">The stream entry, byte for byte (UTF-8 JSON). Not to be changed until the report is there.</param>
/// <param name="Id">The stable id of the event.</param>
/// <param name="Type">The event's type, such as <c>adt.admit</c>.</param>
/// <param name="Source">The organisation that sent it.</param>
/// <param name="Time">RFC 3339 with offset, as in the entry.</param>
/// <param name="StreamSequence">The entry's number in its stream, from 1.</param>
/// <param name="PartitionSequence">The entry's number in its topic partition, from 1, without gaps.</param>
public sealed record OutgoingRecord(
    string Topic,
    int Partition,
    string Key,
    ReadOnlyMemory<byte> Value,
    string Id,
    string Type,
    string Source,
    string Time,
    long StreamSequence,
    long PartitionSequence)
{
    public override string ToString() => $"OutgoingRecord {Topic}[{Partition}] #{PartitionSequence} {Id}";
}
