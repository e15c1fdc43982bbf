namespace FhirGateway.Journal;

/// <summary>One accepted item, raw.</summary>
/// <param name="Kind">What <paramref name="Content"/> is.</param>
/// <param name="Source">Number of the source it was accepted from.</param>
/// <param name="ReceivedAt">When its last byte arrived.</param>
/// <param name="Note">For messages the reason to hold it or nothing; for bulk the client. ASCII, at most 255 bytes, no PHI.</param>
/// <param name="Content">The bytes; only borrowed during the append.</param>
public readonly record struct JournalEntry(
    EntryKind Kind, int Source, DateTimeOffset ReceivedAt, string Note, ReadOnlyMemory<byte> Content)
{
    public override string ToString() => $"JournalEntry({Kind}, source {Source}, {Content.Length} bytes)";
}
