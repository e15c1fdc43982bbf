namespace FhirGateway.FeedHealth;

/// <summary>What is kept of feeds, inside the state transaction.</summary>
public interface IFeedState
{
    IReadOnlyList<FeedStanding> Standings();

    /// <summary>Hours from <paramref name="hour"/> on.</summary>
    IReadOnlyList<FeedHour> HoursFrom(long hour);

    /// <summary>For each hour from <paramref name="hour"/> on, the seconds in which the gateway listened.</summary>
    IReadOnlyList<(long Hour, int Seconds)> ListenedFrom(long hour);
    IReadOnlyList<FeedTally> Tallies();

    /// <summary>Alerts that nothing has cleared, new codes apart.</summary>
    IReadOnlyList<FeedAlert> Open();

    void Save(FeedStanding standing);
    void Save(FeedHour hour);
    void Save(FeedTally tally);
    void SaveListened(long hour, int seconds);

    /// <summary>Appends to the operator's stream; an alert that clears another closes it. Returns its sequence.</summary>
    long Append(FeedAlert alert);

    /// <summary>Forgets hours before one, and alerts from before a time.</summary>
    void Prune(long hour, DateTimeOffset alerts);
}
