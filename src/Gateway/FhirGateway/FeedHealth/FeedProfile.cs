namespace FhirGateway.FeedHealth;

/// <summary>
/// What was learned of a feed. Silence is measured in messages that were expected and did not come: 20 in the night of a small hospital
/// are hours, in its morning minutes, and the same limit fits every hour of the week.
/// </summary>
internal sealed class FeedProfile
{
    private const double HoursOfYear = 365.25 * 24;

    /// <summary>Of gaps between independent arrivals, e to the minus this of a year's is longer by chance.</summary>
    private const double OnceInYears = 3;
    private const double BeyondUsualGaps = 1.25;

    /// <summary>So many of the longest gaps may have been outages: they teach nothing.</summary>
    private const int Outages = 2;
    private const double LeastDispersion = 0.01;
    private const double LeastExpected = 20;
    private readonly double[] rates;
    private readonly FeedCalendar calendar;

    private FeedProfile(double[] rates, FeedCalendar calendar) => (this.rates, this.calendar) = (rates, calendar);

    /// <summary>Messages that may fail to come before it is silence.</summary>
    public double SilenceLimit { get; private init; }

    /// <summary>How much the rate itself varies (variance relative to the squared mean): over six hours, a day, three days.</summary>
    public double SixHours { get; private init; }

    /// <inheritdoc cref="SixHours"/>
    public double Day { get; private init; }

    /// <inheritdoc cref="SixHours"/>
    public double ThreeDays { get; private init; }

    /// <summary>Share of messages that are held or refused.</summary>
    public double ErrorShare { get; private init; }

    /// <summary>Share of messages about persons that are on no roster and no panel.</summary>
    public double UnmatchedShare { get; private init; }
    public long Messages { get; private init; }
    public long Persons { get; private init; }

    public double RateAt(long hour) => rates[calendar.SlotOf(hour)];

    public double RateOf(int slot) => rates[slot];

    /// <summary>Null while there is not enough to learn from.</summary>
    public static FeedProfile? Learn(FeedHistory history, FeedCalendar calendar, FeedRules rules)
    {
        if (history.ListenedHours < rules.LearnDays * 24 || history.Messages < FeedRules.LeastMessages)
            return null;
        var learned = FeedRates.Learn(history, calendar);
        var slots = new double[history.Hours.Count];
        for (var i = 0; i < slots.Length; i++)
            slots[i] = learned[calendar.SlotOf(history.From + i)];
        var perYear = Math.Max(1, history.Messages / history.ListenedHours * HoursOfYear);
        var (errors, total) = (Sum(history, h => h.Held + h.Refused), Sum(history, h => h.Messages + h.Refused));
        var (unmatched, persons) = (Sum(history, h => h.Unmatched), Sum(history, h => h.Persons));
        return new FeedProfile(learned, calendar)
        {
            SilenceLimit = Math.Max(Math.Log(perYear) + OnceInYears, (UsualGap(history, slots) * BeyondUsualGaps) + 1),
            SixHours = Dispersion(history, slots, 6),
            Day = Dispersion(history, slots, 24),
            ThreeDays = Dispersion(history, slots, 72),
            ErrorShare = (errors + 1.0) / (total + 100.0),
            UnmatchedShare = (unmatched + 1.0) / (persons + 2.0),
            Messages = history.Messages,
            Persons = persons,
        };
    }

    /// <summary>How long a silence that begins at a time may last.</summary>
    public TimeSpan Allows(DateTimeOffset from, double pace, FeedRules rules)
    {
        var left = SilenceLimit / pace;
        var hour = FeedCalendar.HourOf(from);
        var share = 1 - ((from - FeedCalendar.StartOf(hour)) / TimeSpan.FromHours(1));
        var hours = 0.0;
        for (var i = 0; i < FeedRules.Weeks * FeedCalendar.Slots; i++)
        {
            var rate = RateAt(hour + i);
            if (rate * share >= left)
                return Longer(TimeSpan.FromHours(hours + (left / rate)), rules.LeastSilence);
            left -= rate * share;
            hours += share;
            share = 1;
        }

        return TimeSpan.FromHours(hours);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>The longest gap of the history in messages that were expected during it, outages apart.</summary>
    private static double UsualGap(FeedHistory history, double[] slots)
    {
        Span<double> longest = stackalloc double[Outages + 1];
        longest.Clear();
        for (var i = 0; i < slots.Length; i++)
        {
            if (history.Hours[i] is not { Gap: > 0 } hour)
                continue;
            var gap = Expected(history, slots, i + (hour.GapEnd / 3600.0) - (hour.Gap / 3600.0), i + (hour.GapEnd / 3600.0));
            for (var k = 0; k < longest.Length; k++)
            {
                if (gap > longest[k])
                    (longest[k], gap) = (gap, longest[k]);
            }
        }

        return longest[Outages];
    }

    private static double Expected(FeedHistory history, double[] slots, double from, double to)
    {
        var sum = 0.0;
        from = Math.Max(from, 0);
        for (var i = (int)from; i < to && i < slots.Length; i++)
            sum += slots[i] * history.Listened[i] * (Math.Min(to, i + 1) - Math.Max(from, i));
        return sum;
    }

    /// <summary>
    /// How much blocks of so many hours vary beyond chance. The worst and the best twentieth are left out, outages among them, and what
    /// that hides is put back by a factor.
    /// </summary>
    private static double Dispersion(FeedHistory history, double[] slots, int hours)
    {
        const double trimmed = 1.6;
        var ratios = new List<(double Ratio, double Chance)>();
        for (var i = slots.Length % hours; i + hours <= slots.Length; i += hours)
        {
            var (observed, expected) = (0.0, 0.0);
            for (var k = i; k < i + hours; k++)
            {
                observed += history.Hours[k]?.Messages ?? 0;
                expected += slots[k] * history.Listened[k];
            }

            if (expected >= LeastExpected)
                ratios.Add((observed / expected, 1 / expected));
        }

        // Too few to say: as varied as hospitals are.
        if (ratios.Count < 8)
            return 0.04;
        ratios.Sort();
        var cut = Math.Max(1, ratios.Count / 20);
        var middle = ratios[cut..^cut];
        var mean = middle.Average(r => r.Ratio);
        var variance = middle.Average(r => (r.Ratio - mean) * (r.Ratio - mean)) * trimmed;
        return Math.Max(LeastDispersion, variance - middle.Average(r => r.Chance));
    }

    private static long Sum(FeedHistory history, Func<FeedHour, int> of) => history.Hours.Sum(h => h is null ? 0L : of(h));
}
