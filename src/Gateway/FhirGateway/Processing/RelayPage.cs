using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>A page of a stream on its way: which events go next, and how far each partition is settled.</summary>
internal sealed class RelayPage(IReadOnlyList<RelayItem> items)
{
    // A broker refuses a whole batch for its size; alone, each record shows whether it is the one.
    private readonly HashSet<int> alone = [];

    public IReadOnlyList<RelayItem> Items => items;

    /// <summary>What can be sent now, in order.</summary>
    public List<RelayItem> Next()
    {
        var next = new List<RelayItem>(items.Count);
        var taken = new HashSet<int>();
        foreach (var item in items)
        {
            if (!item.IsSettled && (taken.Add(item.Partition) || !alone.Contains(item.Partition)))
                next.Add(item);
        }

        return next;
    }

    /// <summary>
    /// Takes the reports in. An event refused alone is parked, and what follows it of the same order key behind it; refused
    /// among others, its partition goes on one by one. Answers why sending must pause, or null.
    /// </summary>
    public string? Apply(List<RelayItem> sent, IReadOnlyList<DeliveryReport> reports)
    {
        string? pause = null;
        var refused = new HashSet<int>();
        for (var i = 0; i < sent.Count; i++)
        {
            var (item, report) = (sent[i], reports[i]);
            switch (report.Outcome)
            {
                case DeliveryOutcome.Delivered:
                    item.Offset = report.Offset;
                    item.Record = null;
                    break;
                case DeliveryOutcome.Refused when alone.Contains(item.Partition):
                    Park(item, report.Reason ?? nameof(DeliveryOutcome.Refused));
                    break;
                case DeliveryOutcome.Refused:
                    refused.Add(item.Partition);
                    break;
                default:
                    // What waits behind a refused record of its partition is no sign of an outage.
                    if (!refused.Contains(item.Partition))
                        pause ??= report.Reason;
                    break;
            }
        }

        alone.UnionWith(refused);
        return pause;
    }

    /// <summary>Keeps an event back, and every later one of its order key that has not gone yet.</summary>
    public void Park(RelayItem item, string reason)
    {
        item.Parked = reason;
        item.Record = null;
        foreach (var later in items)
        {
            if (!later.IsSettled && later.OrderKey == item.OrderKey && later.Publication.Sequence > item.Publication.Sequence)
            {
                later.Parked = RelayReasons.BehindParked;
                later.Record = null;
            }
        }
    }

    /// <summary>Each partition moved over the events at its front that are settled.</summary>
    public Dictionary<int, RelayPartition> Advance(IReadOnlyDictionary<int, RelayPartition> from)
    {
        var to = new Dictionary<int, RelayPartition>();
        var open = new HashSet<int>();
        foreach (var item in items)
        {
            var at = to.TryGetValue(item.Partition, out var moved) ? moved : from[item.Partition];
            if (item.PartitionSequence <= at.PartitionSequence || open.Contains(item.Partition))
                continue;
            if (item.IsSettled)
                to[item.Partition] = at with { PartitionSequence = item.PartitionSequence, StreamSequence = item.Publication.Sequence, Offset = Math.Max(at.Offset, item.Offset ?? -1) };
            else
                open.Add(item.Partition);
        }

        return to;
    }
}
