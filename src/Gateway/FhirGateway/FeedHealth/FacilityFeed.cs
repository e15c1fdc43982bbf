namespace FhirGateway.FeedHealth;

/// <summary>One sending facility, or a source as a whole, as the ledger holds it. Guarded by the ledger.</summary>
internal sealed class FacilityFeed(int source, string id, string facility, FeedCalendar calendar)
{
    /// <summary>Hours that are kept.</summary>
    public const int Kept = FeedRules.Weeks * FeedCalendar.Slots;
    private const int Minutes = 60;

    /// <summary>Below it a quiet day would never be told from a dead feed.</summary>
    private const double LeastPace = 0.2;
    private readonly Dictionary<long, FeedHour> hours = [];
    private readonly HashSet<long> changed = [];
    private readonly HashSet<long> grown = [];
    private readonly int[] perMinute = new int[Minutes];
    private long minute;
    private DateTimeOffset pacedAt;

    public int Source => source;

    /// <summary>Id of the source.</summary>
    public string SourceId => id;
    public string Facility => facility;
    public bool IsWhole => facility.Length == 0;

    /// <summary>Days and weeks of the source; hours are kept in UTC, so another zone loses nothing.</summary>
    public FeedCalendar Calendar { get; set; } = calendar;
    public DateTimeOffset First { get; set; }
    public DateTimeOffset Last { get; set; }

    /// <summary>Messages that were expected and did not come since the last one, at the pace at which it was heard last.</summary>
    public double Silence { get; set; }

    /// <summary>How the feed did against what was expected, as of when it was heard last: 1, or less on a quiet day.</summary>
    public double Pace { get; private set; } = 1;
    public FeedProfile? Profile { get; set; }

    /// <summary>The hour in which the profile was made.</summary>
    public long LearnedIn { get; set; } = long.MinValue / 2;
    public bool IsChanged { get; set; }

    public FeedHour Hour(long hour) => hours.GetValueOrDefault(hour) ?? new FeedHour { Source = source, Facility = facility, Hour = hour };

    public FeedHour? Find(long hour) => hours.GetValueOrDefault(hour);

    public void Put(FeedHour hour) => hours[hour.Hour] = hour;

    public void Observe(FeedFact fact)
    {
        var at = FeedCalendar.HourOf(fact.ReceivedAt);
        if (hours.Count > 0 && at <= FeedCalendar.HourOf(Last) - Kept)
            return;
        var (held, refused, repeated) = (fact.Outcome == FeedOutcome.Held, fact.Outcome == FeedOutcome.Refused, fact.Outcome == FeedOutcome.Repeated);
        var hour = Hour(at);
        hour = hour with
        {
            Messages = hour.Messages + (refused || repeated ? 0 : 1),
            Held = hour.Held + (held ? 1 : 0),
            Refused = hour.Refused + (refused ? 1 : 0),
            Repeated = hour.Repeated + (repeated ? 1 : 0),
            Reused = hour.Reused + (fact.ReusesControlId ? 1 : 0),
            Persons = hour.Persons + (fact.IsMatched is null ? 0 : 1),
            Unmatched = hour.Unmatched + (fact.IsMatched == false ? 1 : 0),
        };
        hours[at] = WithGap(hour, fact.ReceivedAt);
        changed.Add(at);
        if (First == default)
            First = fact.ReceivedAt;
        if (fact.ReceivedAt >= Last)
            Last = fact.ReceivedAt;
        Silence = 0;
        IsChanged = true;
        Turn(fact.ReceivedAt);
        if (MinuteOf(fact.ReceivedAt) > minute - Minutes)
            perMinute[MinuteOf(fact.ReceivedAt) % Minutes]++;
    }

    /// <summary>Time went by: what was expected meanwhile did come, or is missing.</summary>
    /// <param name="now">The time.</param>
    /// <param name="passed">Since it was called last.</param>
    /// <param name="isToldSilent">That it is silent is known: that is no drop of volume besides.</param>
    public void Pass(DateTimeOffset now, TimeSpan passed, bool isToldSilent)
    {
        if (Profile is null)
            return;
        var at = FeedCalendar.HourOf(now);
        var expected = Profile.RateAt(at) * passed.TotalHours;
        if (!isToldSilent)
        {
            hours[at] = Hour(at) with { Expected = Hour(at).Expected + expected };
            grown.Add(at);
        }

        if (pacedAt != Last)
        {
            pacedAt = Last;
            var window = Window(at - 5, at);
            Pace = Math.Clamp((window.Messages + 3) / (window.Expected + 3), LeastPace, 1);
        }

        Silence += expected * Pace;
        IsChanged = true;
    }

    /// <summary>Sums over the hours from one to another, both included.</summary>
    public (long Messages, double Expected, long Errors, long Sent, long Persons, long Unmatched, long Reused, long Repeated) Window(long from, long to)
    {
        var sum = (Messages: 0L, Expected: 0.0, Errors: 0L, Sent: 0L, Persons: 0L, Unmatched: 0L, Reused: 0L, Repeated: 0L);
        for (var at = from; at <= to; at++)
        {
            if (!hours.TryGetValue(at, out var hour))
                continue;
            sum = (sum.Messages + hour.Messages, sum.Expected + hour.Expected, sum.Errors + hour.Held + hour.Refused, sum.Sent + hour.Messages + hour.Refused,
                sum.Persons + hour.Persons, sum.Unmatched + hour.Unmatched, sum.Reused + hour.Reused, sum.Repeated + hour.Repeated);
        }

        return sum;
    }

    /// <summary>Messages of the last minutes, the present one included.</summary>
    public int LastMinutes(DateTimeOffset now, int most)
    {
        Turn(now);
        var sum = 0;
        for (var i = 0; i < most; i++)
            sum += perMinute[(minute - i) % Minutes];
        return sum;
    }

    /// <summary>The hours up to the present one, which is not over; a silence that goes on teaches nothing.</summary>
    public FeedHistory History(long now, Func<long, double> listened)
    {
        now = Silence < 1 ? now : Math.Min(now, FeedCalendar.HourOf(Last) + 1);
        var from = Math.Max(now - Kept + 1, FeedCalendar.HourOf(First) + 1);
        var count = (int)Math.Max(0, now - from);
        var kept = new FeedHour?[count];
        var share = new double[count];
        for (var i = 0; i < count; i++)
        {
            kept[i] = Find(from + i);
            share[i] = listened(from + i);
        }

        return new FeedHistory { From = from, Hours = kept, Listened = share };
    }

    public void Forget(long before)
    {
        foreach (var hour in hours.Keys.Where(h => h < before).ToList())
        {
            hours.Remove(hour);
            changed.Remove(hour);
            grown.Remove(hour);
        }
    }

    /// <summary>What is to be written. Expectations grow all the time: they are written when the clock asks, messages whenever some came.</summary>
    public List<FeedHour> TakeChanged(bool all)
    {
        if (all)
            changed.UnionWith(grown);
        var taken = changed.Select(h => hours[h]).ToList();
        grown.ExceptWith(changed);
        changed.Clear();
        return taken;
    }

    /// <summary>It could not be written: it is to be written again.</summary>
    public void PutBack(FeedHour hour)
    {
        if (hours.ContainsKey(hour.Hour))
            changed.Add(hour.Hour);
    }

    public FeedStanding Standing() => new(source, facility, First, Last, Silence);

    private FeedHour WithGap(FeedHour hour, DateTimeOffset at)
    {
        if (Last == default || at <= Last)
            return hour;
        var gap = (at - Last).TotalSeconds;
        return gap <= hour.Gap ? hour : hour with
        {
            Gap = (int)Math.Min(gap, int.MaxValue),
            GapEnd = (int)(at - FeedCalendar.StartOf(hour.Hour)).TotalSeconds,
        };
    }

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    private void Turn(DateTimeOffset now)
    {
        var to = MinuteOf(now);
        if (to - minute >= Minutes)
            Array.Clear(perMinute);
        else
            for (var m = minute + 1; m <= to; m++)
                perMinute[m % Minutes] = 0;
        minute = Math.Max(minute, to);
    }
}
