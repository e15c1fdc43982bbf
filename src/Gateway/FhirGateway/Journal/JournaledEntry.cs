namespace FhirGateway.Journal;

/// <summary>An entry read back, with its address and the address right after it.</summary>
public sealed record JournaledEntry(EntryId Id, EntryId Next, JournalEntry Entry)
{
    public override string ToString() => $"JournaledEntry({Id}, {Entry})";
}
