namespace FhirGateway.FeedHealth;

/// <summary>
/// Decides what is told. Every alert begins once and ends once: what began is told again only after it ended, and ends only where things
/// are clearly better than what began it. Guarded by the ledger.
/// </summary>
internal sealed class FeedJudge(FeedRules rules)
{
    /// <summary>Chance of a false alarm of one look; a year has some thousand independent ones.</summary>
    private const double Improbable = 1e-5;

    /// <summary>Shares are looked at more often than they change.</summary>
    private const double VeryImprobable = 1e-7;
    private const double DropBelow = 0.6;
    private const double DropEndsAbove = 0.75;
    private const double LeastExpected = 5;
    private const int MostCodesOfDay = 20;
    private readonly Dictionary<(string Source, string Facility, string Type), FeedAlert> open = [];
    private readonly Dictionary<string, (DateTimeOffset Day, int Count)> codes = [];
    private readonly List<FeedAlert> newCodes = [];

    public void Load(IEnumerable<FeedAlert> alerts)
    {
        foreach (var alert in alerts)
            open[(alert.Source, alert.Facility ?? "", alert.Type)] = alert;
    }

    public bool IsSilent(FacilityFeed feed) =>
        open.ContainsKey((feed.SourceId, feed.Facility, FeedAlertTypes.Silent)) || open.ContainsKey((feed.SourceId, "", FeedAlertTypes.Silent));

    public IReadOnlyList<string> OpenOf(FacilityFeed feed) =>
        [.. open.Keys.Where(k => k.Source == feed.SourceId && k.Facility == feed.Facility).Select(k => k.Type).Order(StringComparer.Ordinal)];

    /// <summary>A code that is in no table came for the first time. A sender that changes its tables has more of them than anybody reads.</summary>
    public void NoteCode(string source, UnmappedCode code, DateTimeOffset at)
    {
        var (day, count) = codes.GetValueOrDefault(source);
        if (at - day >= TimeSpan.FromDays(1))
            (day, count) = (at, 0);
        codes[source] = (day, count + 1);
        if (count < MostCodesOfDay)
            newCodes.Add(new FeedAlert { Time = at, Type = FeedAlertTypes.NewCode, Source = source, Location = code.Location, Code = code.Code });
    }

    public IReadOnlyList<FeedAlert> Judge(IEnumerable<FacilityFeed> feeds, DateTimeOffset now)
    {
        var told = new List<FeedAlert>(newCodes);
        foreach (var group in feeds.GroupBy(f => f.Source))
        {
            var all = group.ToList();
            foreach (var feed in all)
            {
                // Of one facility, the source as a whole is the same feed once more.
                if (feed.Profile is not { } profile || (feed.IsWhole && all.Count == 2))
                    continue;
                var scope = new Scope(feed, profile, feed.SourceId, now);
                Silence(scope, told);
                Volume(scope, told);
                Errors(scope, told);
                Unmatched(scope, told);
            }
        }

        return told;
    }

    public void Told(IEnumerable<FeedAlert> alerts)
    {
        foreach (var alert in alerts)
        {
            if (alert.Type == FeedAlertTypes.NewCode)
                newCodes.Remove(alert with { Sequence = 0 });
            else if (alert.Clears is null)
                open[(alert.Source, alert.Facility ?? "", alert.Type)] = alert;
            else
                open.Remove((alert.Source, alert.Facility ?? "", alert.Type == FeedAlertTypes.Resumed ? FeedAlertTypes.Silent : alert.Type));
        }
    }

    private void Silence(Scope at, List<FeedAlert> told)
    {
        var feed = at.Feed;
        var known = Find(at, FeedAlertTypes.Silent);
        if (known is null)
        {
            // Where the whole source is silent, that its facilities are is no news.
            var isTold = !feed.IsWhole && open.ContainsKey((at.Source, "", FeedAlertTypes.Silent));
            if (!isTold && feed.Silence >= at.Profile.SilenceLimit && at.Now - feed.Last >= rules.LeastSilence)
                told.Add(at.Alert(FeedAlertTypes.Silent) with { Expected = Round(feed.Silence) });
        }
        else if (feed.Last > known.Time && feed.Silence < at.Profile.SilenceLimit / 4)
        {
            told.Add(at.Alert(FeedAlertTypes.Resumed) with { Clears = known.Sequence, Hours = Round((feed.Last - (known.LastMessage ?? known.Time)).TotalHours) });
        }
    }

    private void Volume(Scope at, List<FeedAlert> told)
    {
        // That a silent feed brings less is no news.
        if (IsSilent(at.Feed))
            return;
        var known = Find(at, FeedAlertTypes.VolumeDrop);
        if (known is not null)
        {
            if (IsBack(at, 12) is { } now)
                told.Add(at.Alert(FeedAlertTypes.VolumeDrop) with { Clears = known.Sequence, Observed = now.Messages, Expected = Round(now.Expected), Hours = 12 });
            return;
        }

        // What was lost, and is as usual again by now, is over before it was told.
        if (IsBack(at, 6) is not null)
            return;
        foreach (var (hours, dispersion) in at.Windows())
        {
            var window = at.Feed.Window(at.Hour - hours + 1, at.Hour);
            var isLow = window.Expected >= LeastExpected && window.Messages < window.Expected * DropBelow;
            if (!isLow || FeedTail.AtMost(window.Messages, window.Expected, dispersion) >= Improbable)
                continue;
            told.Add(at.Alert(FeedAlertTypes.VolumeDrop) with { Observed = window.Messages, Expected = Round(window.Expected), Hours = hours });
            return;
        }
    }

    /// <summary>The latest hours, if they brought about what they should; a day, where so few were expected that they say nothing.</summary>
    private static (long Messages, double Expected)? IsBack(Scope at, int hours)
    {
        var recent = at.Feed.Window(at.Hour - hours + 1, at.Hour);
        if (recent.Expected < LeastExpected)
            recent = at.Feed.Window(at.Hour - 23, at.Hour);
        return recent.Expected >= LeastExpected && recent.Messages >= recent.Expected * DropEndsAbove ? (recent.Messages, recent.Expected) : null;
    }

    private void Errors(Scope at, List<FeedAlert> told)
    {
        var window = at.Feed.Window(at.Hour - 1, at.Hour);
        var usual = at.Profile.ErrorShare;
        var share = window.Sent == 0 ? 0 : window.Errors / (double)window.Sent;
        var known = Find(at, FeedAlertTypes.Errors);
        var alert = at.Alert(FeedAlertTypes.Errors) with { Observed = window.Errors, Share = Round(share), UsualShare = Round(usual), Hours = 2 };
        if (known is null && window.Errors >= 5 && share > Math.Max(0.05, 3 * usual) && FeedTail.AtLeast(window.Errors, window.Sent, usual) < VeryImprobable)
            told.Add(alert);
        else if (known is not null && window.Sent >= 5 && share < Math.Max(0.025, 1.5 * usual))
            told.Add(alert with { Clears = known.Sequence });
    }

    /// <summary>That most people are on nobody's list is usual for a feed of everybody; that the few who were no longer are is not.</summary>
    private void Unmatched(Scope at, List<FeedAlert> told)
    {
        var window = at.Feed.Window(at.Hour - 23, at.Hour);
        var usual = at.Profile.UnmatchedShare;
        if (at.Profile.Persons < 200 || window.Persons == 0)
            return;
        var share = window.Unmatched / (double)window.Persons;
        var known = Find(at, FeedAlertTypes.Unmatched);
        var alert = at.Alert(FeedAlertTypes.Unmatched) with { Observed = window.Unmatched, Share = Round(share), UsualShare = Round(usual), Hours = 24 };
        if (known is null && window.Persons >= 30 && 1 - share < (1 - usual) / 2 && FeedTail.AtLeast(window.Unmatched, window.Persons, usual) < VeryImprobable)
            told.Add(alert);
        else if (known is not null && window.Persons >= 30 && 1 - share > (1 - usual) * 0.75)
            told.Add(alert with { Clears = known.Sequence });
    }

    private FeedAlert? Find(Scope at, string type) => open.GetValueOrDefault((at.Source, at.Feed.Facility, type));

    private static double Round(double value) => Math.Round(value, value < 1 ? 4 : 1);

    private sealed record Scope(FacilityFeed Feed, FeedProfile Profile, string Source, DateTimeOffset Now)
    {
        public long Hour { get; } = FeedCalendar.HourOf(Now);

        /// <summary>Six hours, the day so far, three days.</summary>
        public IEnumerable<(int Hours, double Dispersion)> Windows()
        {
            yield return (6, Profile.SixHours);
            var day = (int)(Hour - Feed.Calendar.DayOf(Hour) + 1);
            if (day > 6)
                yield return (day, Math.Max(Profile.Day, day < 12 ? Profile.SixHours : 0));
            yield return (72, Profile.ThreeDays);
        }

        public FeedAlert Alert(string type) => new()
        {
            Time = Now,
            Type = type,
            Source = Source,
            Facility = Feed.IsWhole ? null : Feed.Facility,
            LastMessage = Feed.Last,
        };
    }
}
