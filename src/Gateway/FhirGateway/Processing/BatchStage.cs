using FhirGateway.Episodes;
using FhirGateway.Journal;

namespace FhirGateway.Processing;

/// <summary>
/// The pure stages of messages that came together, in parallel: each is read, then those of one visit are written in their order, as the
/// visit is going to stand. Not safe for parallel use.
/// </summary>
/// <param name="messages">Reads them.</param>
/// <param name="visits">What the state knows of visits; null to write each by itself.</param>
/// <param name="workers">Do it.</param>
public sealed class BatchStage(JournaledMessages messages, IVisitLookup? visits, StageWorkers workers)
{
    /// <summary>The visits of the batch before: what was said of them may not have reached the state yet.</summary>
    private Dictionary<(int Source, string Visit), ExpectedVisit> last = [];

    /// <summary>One for each entry; null where it is no message.</summary>
    public async Task<MessageItem?[]> RunAsync(IReadOnlyList<JournaledEntry> entries)
    {
        var readings = new MessageReading?[entries.Count];
        await workers.RunAsync(entries.Count, i => readings[i] = messages.Read(entries[i]));
        var items = new MessageItem?[entries.Count];
        var lanes = Lanes(readings);
        var known = new ExpectedVisit?[lanes.Count];
        await workers.RunAsync(lanes.Count, i => known[i] = Write(lanes[i], readings, items));
        var next = new Dictionary<(int, string), ExpectedVisit>();
        for (var i = 0; i < lanes.Count; i++)
        {
            if (known[i] is { } visit && KeyOf(readings[lanes[i][0]]) is { } key)
                next[key] = visit;
        }

        last = next;
        return items;
    }

    /// <summary>The numbers of the messages that must follow one another: those of one visit.</summary>
    private static List<List<int>> Lanes(MessageReading?[] readings)
    {
        var lanes = new List<List<int>>(readings.Length);
        var ofVisit = new Dictionary<(int, string), List<int>>();
        for (var i = 0; i < readings.Length; i++)
        {
            if (KeyOf(readings[i]) is not { } key)
            {
                lanes.Add([i]);
                continue;
            }

            if (!ofVisit.TryGetValue(key, out var lane))
                lanes.Add(ofVisit[key] = lane = []);
            lane.Add(i);
        }

        return lanes;
    }

    private ExpectedVisit? Write(List<int> lane, MessageReading?[] readings, MessageItem?[] items)
    {
        var visit = KeyOf(readings[lane[0]]) is { } key ? Find(key) : null;
        foreach (var i in lane)
        {
            visit = readings[i]?.Visit is { } happened ? visit?.With(happened) : null;
            items[i] = readings[i]?.Write(visit);
        }

        return visit;
    }

    private ExpectedVisit? Find((int Source, string Visit) key) =>
        last.TryGetValue(key, out var known) ? known : visits?.Find(key.Source, key.Visit);

    private static (int, string)? KeyOf(MessageReading? reading) => reading is { Visit: { } visit } ? (reading.Source, visit.VisitKey) : null;
}
