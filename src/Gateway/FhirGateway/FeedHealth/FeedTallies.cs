namespace FhirGateway.FeedHealth;

/// <summary>Counts by value, bounded: what a sender can invent must not fill the memory. Guarded by the ledger.</summary>
internal sealed class FeedTallies
{
    /// <summary>Distinct values of one field or kind of one source; what goes beyond counts together.</summary>
    public const int MostValues = 200;
    private const int MostLocations = 100;
    private readonly Dictionary<(int Source, FeedTallyKind Kind, string Location, string Value), FeedTally> tallies = [];
    private readonly Dictionary<(int Source, FeedTallyKind Kind, string Location), int> values = [];
    private readonly Dictionary<(int Source, FeedTallyKind Kind), int> locations = [];
    private readonly HashSet<(int Source, FeedTallyKind Kind, string Location, string Value)> changed = [];

    public IEnumerable<FeedTally> Of(int source) => tallies.Values.Where(t => t.Source == source);

    public void Put(FeedTally tally)
    {
        Note((tally.Source, tally.Kind, tally.Location, tally.Value));
        tallies[(tally.Source, tally.Kind, tally.Location, tally.Value)] = tally;
    }

    /// <summary>True where the value is new and there was room for it.</summary>
    public bool Add(int source, FeedTallyKind kind, string location, string value, DateTimeOffset now)
    {
        var key = (source, kind, location, value);
        if (tallies.TryGetValue(key, out var known))
        {
            Set(key, known with { Count = known.Count + 1, Last = now > known.Last ? now : known.Last });
            return false;
        }

        var isKnownPlace = values.ContainsKey((source, kind, location));
        if (value == FeedTally.Others)
        {
            Note(key);
            Set(key, new FeedTally(source, kind, location, value, 1, now, now));
            return false;
        }

        if (!HasRoom(source, kind, location))
            return Add(source, kind, isKnownPlace ? location : "", FeedTally.Others, now);
        Note(key);
        Set(key, new FeedTally(source, kind, location, value, 1, now, now));
        return true;
    }

    public List<FeedTally> TakeChanged()
    {
        var taken = changed.Select(k => tallies[k]).ToList();
        changed.Clear();
        return taken;
    }

    public void PutBack(FeedTally tally) => changed.Add((tally.Source, tally.Kind, tally.Location, tally.Value));

    private bool HasRoom(int source, FeedTallyKind kind, string location) => values.TryGetValue((source, kind, location), out var known)
        ? known < MostValues
        : locations.GetValueOrDefault((source, kind)) < MostLocations;

    private void Note((int Source, FeedTallyKind Kind, string Location, string Value) key)
    {
        if (tallies.ContainsKey(key))
            return;
        var place = (key.Source, key.Kind, key.Location);
        if (!values.TryGetValue(place, out var known))
            locations[(key.Source, key.Kind)] = locations.GetValueOrDefault((key.Source, key.Kind)) + 1;
        values[place] = known + 1;
    }

    private void Set((int Source, FeedTallyKind Kind, string Location, string Value) key, FeedTally tally)
    {
        tallies[key] = tally;
        changed.Add(key);
    }
}
