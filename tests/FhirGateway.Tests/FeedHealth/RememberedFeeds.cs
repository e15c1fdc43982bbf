using FhirGateway.FeedHealth;

namespace FhirGateway.Tests.FeedHealth;

/// <summary>Rows of feeds in memory.</summary>
internal sealed class RememberedFeeds : IFeedState
{
    private readonly Dictionary<(int, string), FeedStanding> standings = [];
    private readonly Dictionary<(int, string, long), FeedHour> hours = [];
    private readonly Dictionary<(int, FeedTallyKind, string, string), FeedTally> tallies = [];
    private readonly Dictionary<long, int> listened = [];

    public IReadOnlyList<FeedStanding> Standings() => [.. standings.Values];

    public IReadOnlyList<FeedHour> HoursFrom(long hour) => [.. hours.Values.Where(h => h.Hour >= hour)];

    public IReadOnlyList<(long Hour, int Seconds)> ListenedFrom(long hour) => [.. listened.Where(l => l.Key >= hour).Select(l => (l.Key, l.Value))];

    public IReadOnlyList<FeedTally> Tallies() => [.. tallies.Values];

    public IReadOnlyList<FeedAlert> Open() => [];

    public void Save(FeedStanding standing) => standings[(standing.Source, standing.Facility)] = standing;

    public void Save(FeedHour hour) => hours[(hour.Source, hour.Facility, hour.Hour)] = hour;

    public void Save(FeedTally tally) => tallies[(tally.Source, tally.Kind, tally.Location, tally.Value)] = tally;

    public void SaveListened(long hour, int seconds) => listened[hour] = seconds;

    public long Append(FeedAlert alert) => throw new NotSupportedException();

    public void Prune(long hour, DateTimeOffset alerts) => throw new NotSupportedException();
}
