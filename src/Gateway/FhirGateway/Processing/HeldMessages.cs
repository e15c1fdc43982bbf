using FhirGateway.Contracts;
using FhirGateway.Messages;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Quarantine;

namespace FhirGateway.Processing;

/// <summary>Releases held messages whose event this version converts.</summary>
public sealed class HeldMessages(
    JournaledMessages messages, IStateStore store, IBodyStore bodies, CurrentDirectory directory, TimeProvider clock)
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
        var items = page.Select(held => (Held: held, Item: messages.Find(held.Entry))).ToList();
        return store.WriteAsync(StateLane.Messages, tx =>
        {
            var now = clock.GetUtcNow();
            var writer = new MessageWriter(tx, new Publisher(tx, directory.Value, bodies, now), directory.Value, messages.Find, now);
            foreach (var (held, item) in items)
            {
                if (item is not null)
                    writer.Release(item, held.Number);
            }

            return items.Count(i => i.Item is { Reason: null });
        }, cancellationToken);
    }
}
