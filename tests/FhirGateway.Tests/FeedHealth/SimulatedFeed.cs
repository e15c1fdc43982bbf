using FhirGateway.FeedHealth;
using FhirGateway.Organizations;

namespace FhirGateway.Tests.FeedHealth;

/// <summary>A ledger over invented weeks: messages arrive at random by a rate that the test sets, and the gateway looks every five minutes.</summary>
internal sealed class SimulatedFeed
{
    public const string Facility = "MERCY";
    public static readonly TimeSpan Look = TimeSpan.FromMinutes(5);
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private readonly Random random;
    private long sequence;

    public SimulatedFeed(int seed, DateTimeOffset start, FeedRules? rules = null)
    {
        random = new Random(seed);
        Now = start;
        var directory = new CurrentDirectory
        {
            Value = new OrganizationDirectory([new Source { Number = 1, Id = "mercy", Kind = SourceKind.Hospital, Facilities = [Facility, "CLINIC"], TimeZone = Zone.Id }], [], []),
        };
        Ledger = new FeedLedger(directory, rules ?? new FeedRules());
        Directory = directory;
    }

    public CurrentDirectory Directory { get; }
    public FeedLedger Ledger { get; private set; }
    public DateTimeOffset Now { get; private set; }
    public List<FeedAlert> Alerts { get; } = [];

    /// <summary>When the last message came.</summary>
    public DateTimeOffset Last { get; private set; }

    /// <summary>What becomes of a message; all are taken and matched by default.</summary>
    public Func<FeedFact, FeedFact> Shape { get; set; } = f => f;

    public FeedReport Report => Ledger.Report(Now).First(r => r.Facility == Facility);

    /// <summary>Lets time pass.</summary>
    /// <param name="until">Up to when.</param>
    /// <param name="perHour">Messages an hour at a local time.</param>
    /// <param name="facility">Who sends.</param>
    public void Run(DateTimeOffset until, Func<DateTime, double> perHour, string facility = Facility)
    {
        while (Now < until)
        {
            var rate = perHour(TimeZoneInfo.ConvertTime(Now, Zone).DateTime) * Look.TotalHours;
            var offsets = Enumerable.Range(0, Poisson(rate)).Select(_ => random.NextDouble()).Order().ToList();
            var facts = offsets.Select(o => Shape(new FeedFact
            {
                Source = 1, Facility = facility, ReceivedAt = Last = Now + (Look * o), Outcome = FeedOutcome.Taken, IsMatched = true,
            })).ToList();
            Ledger.Observe(facts);
            Now += Look;
            LookNow();
        }
    }

    /// <summary>The gateway is down: nobody looks.</summary>
    public void Sleep(TimeSpan time) => Now += time;

    public void Send(FeedFact fact) => Ledger.Observe([fact]);

    public void LookNow()
    {
        Ledger.Pass(Now);
        var told = Ledger.Judge(Now).Select(a => a with { Sequence = ++sequence }).ToList();
        Ledger.Told(told);
        Alerts.AddRange(told);
    }

    /// <summary>What a new process finds.</summary>
    public void Restart(IFeedState state)
    {
        Ledger.TakeChanges(all: true).Save(state);
        Ledger = new FeedLedger(Directory, new FeedRules());
        Ledger.Load(state, Now);
    }

    /// <summary>Busy by day, a fifth of it at night, half of it at weekends; every day has luck of its own.</summary>
    public Func<DateTime, double> Hospital(double perDay, double dailyLuck = 0.1)
    {
        var luck = new Dictionary<DateOnly, double>();
        return local =>
        {
            var day = DateOnly.FromDateTime(local);
            if (!luck.TryGetValue(day, out var factor))
                luck[day] = factor = Math.Exp(dailyLuck * Gauss());
            return perDay / 24 * Shape24(local.Hour) * (local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.5 : 1.2) * factor;
        };
    }

    /// <summary>Open from 8 to 17 on working days.</summary>
    public static Func<DateTime, double> Clinic(double perDay) => local =>
        local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || local.Hour is < 8 or >= 17 ? 0 : perDay / 9;

    private static double Shape24(int hour) => hour is >= 8 and < 18 ? 1.8 : hour is >= 18 and < 23 or 7 ? 0.75 : 0.35;

    private int Poisson(double mean)
    {
        var (n, left) = (0, mean);
        while ((left += Math.Log(1 - random.NextDouble())) > 0)
            n++;
        return n;
    }

    private double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
