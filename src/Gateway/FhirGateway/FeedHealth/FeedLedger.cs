using FhirGateway.Organizations;

namespace FhirGateway.FeedHealth;

/// <summary>
/// The health of all feeds, in memory: messages are counted here after their transaction, and rows are written every few seconds. A crash
/// loses the counts of those seconds and no message; nothing but these figures depends on them. Safe for parallel use.
/// </summary>
public sealed class FeedLedger(CurrentDirectory directory, FeedRules rules)
{
    /// <summary>Facilities of one source that are told apart; what goes beyond counts for the source only.</summary>
    public const int MostFacilities = 500;
    private const int MostFacilityLength = 40;
    private const int LearnEveryHours = 4;

    /// <summary>Feeds that are learned anew in one go: messages wait for the ledger meanwhile.</summary>
    private const int MostLearned = 10;

    /// <summary>A clock that jumped, or a machine that slept, says nothing about feeds.</summary>
    private static readonly TimeSpan MostPassed = TimeSpan.FromMinutes(15);
    private readonly Lock gate = new();
    private readonly Dictionary<(int Source, string Facility), FacilityFeed> feeds = [];
    private readonly Dictionary<int, int> facilities = [];
    private readonly FeedTallies tallies = new();
    private readonly Dictionary<long, int> listened = [];
    private readonly HashSet<long> listenedChanged = [];
    private readonly FeedJudge judge = new(rules);
    private DateTimeOffset? passedAt;

    public FeedConnections Connections { get; } = new();

    /// <summary>Hours before it are no longer kept.</summary>
    public static long OldestHour(DateTimeOffset now) => FeedCalendar.HourOf(now) - FacilityFeed.Kept;

    /// <summary>Reads what earlier processes learned. Called once, before anything is observed.</summary>
    public void Load(IFeedState state, DateTimeOffset now)
    {
        var from = FeedCalendar.HourOf(now) - FacilityFeed.Kept;
        var standings = state.Standings();
        var hours = state.HoursFrom(from);
        var seconds = state.ListenedFrom(from);
        var values = state.Tallies();
        var open = state.Open();
        lock (gate)
        {
            foreach (var standing in standings)
            {
                if (Feed(standing.Source, standing.Facility) is { } feed)
                    (feed.First, feed.Last, feed.Silence) = (standing.First, standing.Last, standing.Silence);
            }

            foreach (var hour in hours)
            {
                if (feeds.TryGetValue((hour.Source, hour.Facility), out var feed))
                    feed.Put(hour);
            }

            foreach (var (hour, n) in seconds)
                listened[hour] = n;
            foreach (var value in values)
                tallies.Put(value);
            judge.Load(open);
        }
    }

    /// <summary>Counts messages whose transaction has committed.</summary>
    public void Observe(IReadOnlyCollection<FeedFact> facts)
    {
        if (facts.Count == 0)
            return;
        lock (gate)
        {
            foreach (var fact in facts)
                Observe(fact);
        }
    }

    /// <summary>Counts the errors that profiles find in a message of a source.</summary>
    /// <param name="source">Its number.</param>
    /// <param name="findings">Element and kind, each once a message.</param>
    /// <param name="at">When the message came.</param>
    public void Found(int source, IEnumerable<(string Place, string Finding)> findings, DateTimeOffset at)
    {
        lock (gate)
        {
            foreach (var (place, finding) in findings)
                tallies.Add(source, FeedTallyKind.Finding, place, finding, at);
        }
    }

    /// <summary>Counts a message that was refused and is kept nowhere.</summary>
    /// <param name="facility">MSH-4.1, if it could be read.</param>
    /// <param name="reason">A code of <see cref="Contracts.ReasonCodes"/>.</param>
    /// <param name="at">When it came.</param>
    /// <param name="sender">Id of the source that proved to have sent it; null where the facility alone says whose it is.</param>
    public void Refused(string? facility, string reason, DateTimeOffset at, string? sender = null)
    {
        var owner = facility is null ? null : directory.Value.FindFacility(facility);
        // What a known sender says in another's name is its own fault: it must neither look like life of the other's feed nor like its error.
        var source = sender is null ? owner : directory.Value.FindSource(sender);
        var name = source is not null && source.Number == owner?.Number ? facility : null;
        // Of a sender that nobody knows only the reason counts: its facility may be anything.
        Observe([new FeedFact { Source = source?.Number ?? 0, Facility = name, ReceivedAt = at, Outcome = FeedOutcome.Refused, Reason = reason }]);
    }

    /// <summary>Time went by while the gateway listened. Called every few seconds.</summary>
    public void Pass(DateTimeOffset now)
    {
        lock (gate)
        {
            var passed = now - (passedAt ?? now);
            passedAt = now;
            if (passed <= TimeSpan.Zero || passed > MostPassed)
                return;
            var hour = FeedCalendar.HourOf(now);
            listened[hour] = Math.Min(3600, listened.GetValueOrDefault(hour) + (int)Math.Round(passed.TotalSeconds));
            listenedChanged.Add(hour);
            var learned = 0;
            foreach (var feed in feeds.Values)
            {
                if (hour - feed.LearnedIn >= LearnEveryHours && learned++ < MostLearned)
                    Learn(feed, hour);
                feed.Pass(now, passed, judge.IsSilent(feed));
            }
        }
    }

    /// <summary>What is to be told now; it counts as told only when <see cref="Told"/> says so.</summary>
    public IReadOnlyList<FeedAlert> Judge(DateTimeOffset now)
    {
        lock (gate)
            return judge.Judge(feeds.Values, now);
    }

    /// <summary>Alerts as they were stored, with their sequences.</summary>
    public void Told(IReadOnlyList<FeedAlert> alerts)
    {
        lock (gate)
            judge.Told(alerts);
    }

    /// <summary>Takes what is to be written; <see cref="PutBack"/> where that failed.</summary>
    /// <param name="all">With expectations, which grow all the time; else only what messages changed.</param>
    public FeedChanges TakeChanges(bool all)
    {
        lock (gate)
        {
            var standings = new List<FeedStanding>();
            var hours = new List<FeedHour>();
            foreach (var feed in feeds.Values)
            {
                var changed = feed.TakeChanged(all);
                hours.AddRange(changed);
                if (changed.Count == 0 && !(all && feed.IsChanged))
                    continue;
                standings.Add(feed.Standing());
                feed.IsChanged = false;
            }

            var seconds = all ? listenedChanged.Select(h => (h, listened[h])).ToList() : [];
            if (all)
                listenedChanged.Clear();
            return new FeedChanges(standings, hours, tallies.TakeChanged(), seconds);
        }
    }

    public void PutBack(FeedChanges changes)
    {
        lock (gate)
        {
            foreach (var hour in changes.Hours)
                feeds.GetValueOrDefault((hour.Source, hour.Facility))?.PutBack(hour);
            foreach (var standing in changes.Standings)
            {
                if (feeds.TryGetValue((standing.Source, standing.Facility), out var feed))
                    feed.IsChanged = true;
            }

            foreach (var tally in changes.Tallies)
                tallies.PutBack(tally);
            foreach (var (hour, _) in changes.Listened)
                listenedChanged.Add(hour);
        }
    }

    /// <summary>How every feed does; one source's, or all.</summary>
    public IReadOnlyList<FeedReport> Report(DateTimeOffset now, int? source = null)
    {
        lock (gate)
        {
            return
            [
                .. feeds.Values.Where(f => source is null || f.Source == source).OrderBy(f => f.Source).ThenBy(f => f.Facility, StringComparer.Ordinal)
                    .Select(f => FeedReport.Of(f, now, rules, judge.OpenOf(f), f.IsWhole ? Connections.Of(f.Source) : null)),
            ];
        }
    }

    /// <summary>Sources as a whole: how far into silence (null while nothing was learned), and when they last sent.</summary>
    public IReadOnlyList<(string Source, double? Silence, DateTimeOffset Last)> Wholes()
    {
        lock (gate)
        {
            return
            [
                .. feeds.Values.Where(f => f.IsWhole)
                    .Select(f => (f.SourceId, f.Profile is { } p ? f.Silence / p.SilenceLimit : (double?)null, f.Last)),
            ];
        }
    }

    /// <summary>Codes, character sets and reasons of one source, most frequent first.</summary>
    public IReadOnlyList<FeedTally> TalliesOf(int source)
    {
        lock (gate)
            return [.. tallies.Of(source).OrderBy(t => t.Kind).ThenByDescending(t => t.Count).ThenBy(t => t.Location, StringComparer.Ordinal).ThenBy(t => t.Value, StringComparer.Ordinal)];
    }

    private void Observe(FeedFact fact)
    {
        var whole = Feed(fact.Source, "");
        if (whole is not null)
        {
            whole.Observe(fact);
            if (fact.Facility is { } facility)
                Feed(fact.Source, NameOf(facility))?.Observe(fact);
        }

        var number = whole?.Source ?? 0;
        if (fact.Reason is { } reason)
            tallies.Add(number, fact.Outcome == FeedOutcome.Refused ? FeedTallyKind.Refused : FeedTallyKind.Held, "", reason, fact.ReceivedAt);
        if (whole is null || fact.Outcome == FeedOutcome.Repeated)
            return;
        if (fact.Charset is { } charset)
            tallies.Add(number, FeedTallyKind.Charset, "", charset, fact.ReceivedAt);
        foreach (var fault in fact.Faults)
            tallies.Add(number, FeedTallyKind.Field, fault.Location, fault.Code, fact.ReceivedAt);
        foreach (var code in fact.Unmapped)
        {
            if (tallies.Add(number, FeedTallyKind.Code, code.Location, code.Code, fact.ReceivedAt) && code.Code.Length > 0 && whole.Profile is not null)
                judge.NoteCode(whole.SourceId, code, fact.ReceivedAt);
        }
    }

    private void Learn(FacilityFeed feed, long hour)
    {
        feed.Forget(hour - FacilityFeed.Kept);
        if (SourceOf(feed.Source) is { } source)
            feed.Calendar = CalendarOf(source);
        foreach (var old in listened.Keys.Where(h => h < hour - FacilityFeed.Kept).ToList())
            listened.Remove(old);
        feed.Profile = feed.First == default
            ? null
            : FeedProfile.Learn(feed.History(hour, h => listened.GetValueOrDefault(h) / 3600.0), feed.Calendar, rules);
        feed.LearnedIn = hour;
    }

    /// <summary>The feed of a facility; null beyond the bound, and where there is no such source.</summary>
    private FacilityFeed? Feed(int number, string facility)
    {
        if (feeds.TryGetValue((number, facility), out var feed))
            return feed;
        if (SourceOf(number) is not { } source)
            return null;
        if (facility.Length > 0)
        {
            var known = facilities.GetValueOrDefault(number);
            if (known >= MostFacilities)
                return null;
            facilities[number] = known + 1;
        }

        return feeds[(number, facility)] = new FacilityFeed(number, source.Id, facility, CalendarOf(source));
    }

    private Source? SourceOf(int number) => directory.Value.Sources.FirstOrDefault(s => s.Number == number);

    private static FeedCalendar CalendarOf(Source source) =>
        new(TimeZoneInfo.TryFindSystemTimeZoneById(source.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc);

    /// <summary>Facilities are compared without case.</summary>
    private static string NameOf(string facility)
    {
        var name = facility.Trim().ToUpperInvariant();
        return name.Length == 0 ? "(none)" : name.Length <= MostFacilityLength ? name : name[..MostFacilityLength];
    }
}
