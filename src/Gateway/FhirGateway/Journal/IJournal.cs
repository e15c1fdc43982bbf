namespace FhirGateway.Journal;

/// <summary>
/// The durable log of what was accepted. An entry is on disk (synced) before <see cref="AppendAsync"/> completes;
/// only then may a sender be told AA, 200 or 202. Many appends share one sync.
/// </summary>
public interface IJournal
{
    /// <summary>Appends and syncs. Throws <see cref="IOException"/> when the bytes could not be made durable: then nothing was accepted.</summary>
    ValueTask<EntryId> AppendAsync(JournalEntry entry, CancellationToken cancellationToken);

    /// <summary>The durable entries from <paramref name="from"/> on, in order, at most <paramref name="most"/>; empty at the end of the log.</summary>
    IReadOnlyList<JournaledEntry> Read(EntryId from, int most);

    /// <summary>Completes when a durable entry at or after <paramref name="from"/> exists.</summary>
    Task WaitAsync(EntryId from, CancellationToken cancellationToken);

    /// <summary>The address that the next entry will get.</summary>
    EntryId End { get; }
}
