namespace FhirGateway.FeedHealth;

/// <summary>What the ledger has to write. Rows replace rows, so that writing them twice changes nothing.</summary>
public sealed record FeedChanges(
    IReadOnlyList<FeedStanding> Standings, IReadOnlyList<FeedHour> Hours, IReadOnlyList<FeedTally> Tallies, IReadOnlyList<(long Hour, int Seconds)> Listened)
{
    public bool IsEmpty => Standings.Count + Hours.Count + Tallies.Count + Listened.Count == 0;

    public void Save(IFeedState state)
    {
        foreach (var standing in Standings)
            state.Save(standing);
        foreach (var hour in Hours)
            state.Save(hour);
        foreach (var tally in Tallies)
            state.Save(tally);
        foreach (var (hour, seconds) in Listened)
            state.SaveListened(hour, seconds);
    }
}
