using FhirGateway.Journal;

namespace FhirGateway.Tests.BulkSubmit;

/// <summary>A journal at which the process ends: what was to be journaled lies in the spool, and nobody tidies up.</summary>
internal sealed class CutJournal : IJournal
{
    public EntryId End => default;

    public ValueTask<EntryId> AppendAsync(JournalEntry entry, CancellationToken cancellationToken) => throw new OperationCanceledException("the process ends here");

    public IReadOnlyList<JournaledEntry> Read(EntryId from, int most) => [];

    public Task WaitAsync(EntryId from, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}
