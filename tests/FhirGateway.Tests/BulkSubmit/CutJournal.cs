using FhirGateway.Journal;

namespace FhirGateway.Tests.BulkSubmit;

/// <summary>A journal on a disk that takes nothing.</summary>
internal sealed class CutJournal : IJournal
{
    public EntryId End => default;

    public ValueTask<EntryId> AppendAsync(JournalEntry entry, CancellationToken cancellationToken) => throw new IOException("no journal");

    public IReadOnlyList<JournaledEntry> Read(EntryId from, int most) => [];

    public Task WaitAsync(EntryId from, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}
