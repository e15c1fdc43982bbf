using FhirGateway.Contracts;
using FhirGateway.Journal;
using FhirGateway.Messages;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Quarantine;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>Releases held messages whose event this version converts.</summary>
public sealed class HeldMessages(
    IJournal journal, IStateStore store, IBodyStore bodies, CurrentDirectory directory, SourceSettings settings, TimeProvider clock)
{
    private const int PageSize = 100;

    /// <summary>Processes every message held as unsupported-event that can be converted now; returns how many.</summary>
    public async Task<int> ReleaseSupportedAsync(CancellationToken cancellationToken)
    {
        var released = 0;
        foreach (var trigger in AdtTriggers.All.Where(t => t.IsConverted))
        {
            var after = 0L;
            while (true)
            {
                var page = await store.WriteAsync(
                    StateLane.Messages, tx => tx.Quarantine.Find(ReasonCodes.UnsupportedEvent, trigger.Event, after, PageSize), cancellationToken);
                if (page.Count == 0)
                    break;
                released += await ReleaseAsync(page, cancellationToken);
                after = page[^1].Number;
            }
        }

        return released;
    }

    private Task<int> ReleaseAsync(IReadOnlyList<QuarantinedItem> page, CancellationToken cancellationToken)
    {
        var items = page.Select(held => (Held: held, Item: Stage(held))).ToList();
        return store.WriteAsync(StateLane.Messages, tx =>
        {
            var now = clock.GetUtcNow();
            var writer = new MessageWriter(tx, new Publisher(tx, directory.Value, bodies, now), directory.Value, now);
            foreach (var (held, item) in items)
                writer.Release(item, held.Number);
            return items.Count(i => i.Item.Event is not null);
        }, cancellationToken);
    }

    private MessageItem Stage(QuarantinedItem held)
    {
        var entry = journal.Read(new EntryId(held.Entry), 1)[0];
        var of = settings.Of(directory.Value.SourceOf(held.Source));
        return MessageStage.Run(entry, of, new ResourceValidation());
    }
}
