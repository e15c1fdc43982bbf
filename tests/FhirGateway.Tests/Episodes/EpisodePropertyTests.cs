using FhirGateway.Episodes;
using FsCheck;
using FsCheck.Fluent;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

/// <summary>Scripts of plausible and implausible events, in any order, with repeats: the episodes are those of the set.</summary>
public sealed class EpisodePropertyTests
{
    private static readonly string[] Triggers =
    [
        "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12", "A13", "A14", "A15", "A16", "A17", "A20", "A21", "A22", "A23", "A25", "A26",
        "A27", "A28", "A31", "A32", "A33", "A38", "A44", "A45", "A52", "A53", "A54", "A55", "Z01", "",
    ];

    private static readonly string[] Cancels = ["A11", "A12", "A13", "A23", "A25", "A26", "A27", "A32", "A33", "A38", "A52", "A53", "A55"];
    private static readonly string[] Classes = ["I", "E", "O", "OBS", "P", "R", "", "C"];
    private static readonly string?[] Places = ["4W-1-A", "4W-1-B", "4W", "5W-1-A", "MERCY/ICU", null];
    private static readonly string?[] Dispositions = ["home", "exp", "other-hcf", null];
    private static readonly string[] Ranks = [Episode.Planned, Episode.InProgress, Episode.Finished];

    [Fact]
    public void S_08_a_hundred_events_give_the_same_episodes_in_whatever_order_and_however_often_they_come()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var script = Script(random, 100, seed % 2 == 0);
            var truth = Text(EpisodeFold.Fold(script));
            for (var shuffle = 0; shuffle < 5; shuffle++)
                Assert.Equal(truth, Text(EpisodeFold.Fold(Disorder(script, random))));
        }
    }

    [Fact]
    public void What_is_told_on_the_way_adds_up_to_what_stands_at_the_end() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var script = Script(random, random.Next(1, 40), seed % 3 > 0);
        var standing = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var known = new List<EpisodeEvent>();
        var before = new Dictionary<string, Episode>(StringComparer.Ordinal);
        foreach (var happened in Disorder(script, random))
        {
            known.Add(happened);
            var after = EpisodeFold.Fold(known).ToDictionary(e => e.Key, StringComparer.Ordinal);
            foreach (var key in before.Keys.Union(after.Keys))
                Tell(standing, key, EpisodeNews.Between(before.GetValueOrDefault(key), after.GetValueOrDefault(key)));
            before = after;
        }

        var scratch = EpisodeFold.Fold(script);
        Assert.Equal(Text(scratch), Text(before.Values.OrderBy(e => scratch.IndexOf(scratch.First(s => s.Key == e.Key)))));
        foreach (var episode in scratch)
            Assert.Equal(episode.Milestones.Select(m => m.Name).Order(StringComparer.Ordinal), standing[episode.Key].Order(StringComparer.Ordinal));
        Assert.All(standing.Where(s => scratch.All(e => e.Key != s.Key)), s => Assert.Empty(s.Value));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Without_a_cancel_no_status_goes_back() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var script = Script(random, 30, seed % 3 > 0).Where(e => !Cancels.Contains(e.Trigger) && !e.StaysOn && e.PatientKey == "GEN|P1").ToList();
        var known = new List<EpisodeEvent>();
        var rank = -1;
        foreach (var happened in Disorder(script, random))
        {
            known.Add(happened);
            var episode = EpisodeFold.Fold(known, new EpisodeRules { RecycleAfter = TimeSpan.MaxValue })[0];
            var status = episode.Status == Episode.OnLeave ? Episode.InProgress : episode.Status;
            var now = Array.IndexOf(Ranks, status);
            Assert.True(now >= rank, $"{status} after {(rank < 0 ? "nothing" : Ranks[rank])}");
            rank = now;
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>A life of a visit; then something happens and is cancelled: it is as if it had not happened. Then it happens again: it is as if it had not been cancelled.</summary>
    [Fact]
    public void A_cancel_takes_back_exactly_what_it_cancels_and_sending_it_again_brings_it_back() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var life = Life(random);
        var (trigger, cancel) = random.GetItems([("A02", "A12"), ("A03", "A13"), ("A21", "A52"), ("A15", "A26"), ("A54", "A55"), ("A09", "A33")], 1)[0];
        var act = Event(trigger, "20 10:00", "I", "9X-1-A", id: "act") with { PendingLocation = Place("9Y"), TemporaryLocation = Place("9Z"), AttendingName = "Cy", Disposition = "exp" };
        var undo = Event(cancel, random.Next(2) == 0 ? "20 10:00" : "20 12:00", "I", recorded: "20 12:00", id: "undo");
        var again = act with { Order = Event(trigger, "20 14:00", id: "again").Order, At = At("20 14:00") };
        Assert.Equal(Essence(EpisodeFold.Fold(life)), Essence(EpisodeFold.Fold(Disorder([.. life, act, undo], random))));
        Assert.Equal(Essence(EpisodeFold.Fold([.. life, again])), Essence(EpisodeFold.Fold(Disorder([.. life, act, undo, again], random))));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Nothing_whatever_makes_it_throw() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var events = Enumerable.Range(0, random.Next(60)).Select(_ => Wild(random)).ToList();
        var episodes = EpisodeFold.Fold(events, new EpisodeRules { RecycleAfter = TimeSpan.FromTicks(random.NextInt64()) });
        Assert.Equal(events.Select(e => e.Order.Key).Distinct().Count(), episodes.Sum(e => e.Events));
        Assert.Equal(episodes.Length, episodes.Select(e => e.Key).Distinct(StringComparer.Ordinal).Count());
        foreach (var episode in episodes)
        {
            Assert.Equal(episode.Milestones.Length, episode.Milestones.Select(m => m.Name).Distinct(StringComparer.Ordinal).Count());
            Assert.NotEmpty(episode.Classes);
            Assert.Equal(episode.Class, episode.Classes[^1].Class);
            Assert.False(HangingRules.Close(episode).Status != Episode.Unknown);
            _ = HangingRules.ClosesAt(episode);
        }

        var summaries = episodes.Select((e, i) => new EpisodeSummary(new Guid(i, 0, 0, new byte[8]), 1, 1, e)).ToArray();
        var signals = VisitSignals.Find(summaries);
        random.Shuffle(summaries);
        Assert.Equal(signals.AsEnumerable(), VisitSignals.Find(summaries));
        Assert.All(signals, s => Assert.NotEqual(s.Visit, s.Index));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void The_cost_is_about_linear_in_the_number_of_events()
    {
        var (few, many) = (Script(new Random(1), 2_000, false), Script(new Random(1), 32_000, false));
        Measure(few);
        var (small, large) = (Measure(few), Measure(many));
        // 16 times the events; sorting adds a little, a busy machine more. Quadratic would be 256.
        Assert.True(large < small * 80, $"{large} ms after {small} ms");
    }

    /// <summary>It runs for every message, inside the state transaction.</summary>
    [Fact]
    public void Folding_a_usual_visit_is_cheap()
    {
        EpisodeEvent[] visit =
        [
            Event("A04", "08:00", "E", "ED-1"), Event("A08", "08:30", "E", "ED-1"), Event("A06", "12:00", "I", "4W-1-A"), Event("A08", "12:30", "I", "4W-1-A"),
            Event("A02", "1 09:00", "I", "5W-1-A"), Event("A12", "1 10:00", "I", "4W-1-A"), Event("A02", "1 11:00", "I", "6W-1-A"), Event("A08", "1 12:00", "I", "6W-1-A"),
            Event("A08", "2 12:00", "I", "6W-1-A"), Event("A03", "3 12:00", "I", "6W-1-A"),
        ];
        for (var i = 0; i < 2_000; i++)
            _ = EpisodeFold.Fold(visit);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = ThreadClock.Milliseconds();
        for (var i = 0; i < 2_000; i++)
            _ = EpisodeFold.Fold(visit);
        var took = (ThreadClock.Milliseconds() - start) * 1000 / 2_000;
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 2_000;
        TestContext.Current.TestOutputHelper?.WriteLine($"{took:0.0} us, {bytes} bytes");
        Assert.True(bytes < 6_000, $"{bytes} bytes");
        Assert.True(took < 200, $"{took} us");
    }

    private static Arbitrary<int> Seeds => Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    private static double Measure(List<EpisodeEvent> events)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var start = ThreadClock.Milliseconds();
            _ = EpisodeFold.Fold(events);
            best = Math.Min(best, ThreadClock.Milliseconds() - start);
        }

        return best;
    }

    private static void Tell(Dictionary<string, HashSet<string>> standing, string key, IEnumerable<EpisodeNews> news)
    {
        if (!standing.TryGetValue(key, out var told))
            standing[key] = told = new HashSet<string>(StringComparer.Ordinal);
        var wasRetraction = true;
        foreach (var item in news)
        {
            Assert.True(wasRetraction || !item.IsRetraction, "retractions come first");
            wasRetraction = item.IsRetraction;
            Assert.True(item.IsRetraction ? told.Remove(item.Milestone.Name) : told.Add(item.Milestone.Name));
        }
    }

    /// <summary>All but the counts and causes, in which a message that was taken back shows.</summary>
    private static string Essence(IEnumerable<Episode> episodes) => Text(episodes.Select(e => e with
    {
        Events = 0,
        Latest = default,
        LatestEntry = 0,
        Milestones = [.. e.Milestones.Select(m => m with { Cause = default })],
    }));

    private static List<EpisodeEvent> Disorder(IEnumerable<EpisodeEvent> events, Random random)
    {
        var all = events.ToList();
        all.AddRange(random.GetItems(all.ToArray(), all.Count / 4));
        var shuffled = all.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    /// <summary>Admission with what may come before and after it, up to the tenth day; not discharged, nobody on leave.</summary>
    private static List<EpisodeEvent> Life(Random random)
    {
        List<EpisodeEvent> life = [Event("A01", "1 10:00", "I", "4W-1-A") with { AttendingName = "Ada" }];
        if (random.Next(2) == 0)
            life.Add(Event("A04", "1 08:00", "E", "ED-1"));
        if (random.Next(3) == 0)
            life.Add(Event("A05", "08:00", "P"));
        for (var day = 2; day < random.Next(2, 9); day++)
            life.Add(Event(random.Next(2) == 0 ? "A08" : "A02", $"{day} {random.Next(10, 20)}:00", "I", random.GetItems(Places, 1)[0], id: $"life{day}"));
        return life;
    }

    private static List<EpisodeEvent> Script(Random random, int length, bool isPlausible)
    {
        var script = new List<EpisodeEvent>(length);
        for (var i = 0; i < length; i++)
            script.Add(Step(random, i, isPlausible ? i * 90 / length : random.Next(0, 200), isPlausible));
        return script;
    }

    private static EpisodeEvent Step(Random random, int number, int day, bool isPlausible)
    {
        // In a plausible life little is cancelled, and most is updates.
        var trigger = isPlausible && random.Next(3) == 0 ? "A08" : random.GetItems(Triggers, 1)[0];
        var time = $"{day} {random.Next(0, 24)}:{random.Next(0, 4) * 15:00}";
        var recorded = random.Next(3) == 0 ? $"{day + random.Next(0, 3)} {random.Next(0, 24)}:00" : null;
        var patient = random.Next(isPlausible ? 40 : 8) == 0 ? $"GEN|P{random.Next(2, 6)}" : "GEN|P1";
        return Event(trigger, time, random.GetItems(Classes, 1)[0], random.GetItems(Places, 1)[0], recorded, $"{number}", patient) with
        {
            PriorLocation = Place(random.GetItems(Places, 1)[0]),
            TemporaryLocation = random.Next(5) == 0 ? Place("OR") : null,
            PendingLocation = random.Next(5) == 0 ? Place("6W") : null,
            Admitted = random.Next(3) == 0 ? At($"{day} 09:00") : null,
            Discharged = random.Next(6) == 0 ? At($"{day} {random.Next(0, 24)}:00") : null,
            Disposition = random.GetItems(Dispositions, 1)[0],
            StaysOn = random.Next(10) == 0,
            IsDeceased = random.Next(15) == 0,
            Death = random.Next(30) == 0 ? At($"{day} 08:00") : null,
            AttendingName = random.Next(2) == 0 ? $"Dr {random.Next(3)}" : null,
            ExpectedAdmit = random.Next(9) == 0 ? Day(day + 5) : null,
        };
    }

    /// <summary>Values that no reader would make.</summary>
    private static EpisodeEvent Wild(Random random)
    {
        var step = Step(random, random.Next(30), random.Next(0, 300), false);
        var extreme = random.GetItems([DateTimeOffset.MinValue, DateTimeOffset.MaxValue, step.Order.Time, DateTimeOffset.UnixEpoch], 3);
        return step with
        {
            Order = random.Next(3) == 0 ? step.Order with { Time = extreme[0], Recorded = extreme[1], Sent = extreme[2] } : step.Order,
            At = random.Next(5) == 0 ? default : step.At,
            Admitted = random.Next(5) == 0 ? default(Moment) : step.Admitted,
            Discharged = random.Next(5) == 0 ? new Moment("20", extreme[0]) : step.Discharged,
            Location = random.Next(5) == 0 ? "|ro:|bd:" : step.Location,
            VisitKey = random.Next(9) == 0 ? "" : step.VisitKey,
            ExpectedAdmit = random.Next(5) == 0 ? new Moment("", extreme[1]) : step.ExpectedAdmit,
        };
    }
}
