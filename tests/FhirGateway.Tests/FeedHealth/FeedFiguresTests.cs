using FhirGateway.FeedHealth;

namespace FhirGateway.Tests.FeedHealth;

/// <summary>How often feeds that are well are called ill, and how soon a dead one is. The operator guide has the figures.</summary>
public sealed class FeedFiguresTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 5, 0, 0, TimeSpan.Zero);
    private const int Weeks = 26;

    /// <summary>From a clinic of three messages a day to a large hospital; half a year with both ends of a winter, five federal holidays and a change of the clock.</summary>
    public static TheoryData<string, double> Feeds => new() { { "clinic", 3 }, { "clinic", 20 }, { "hospital", 60 }, { "hospital", 400 }, { "hospital", 3000 } };

    [Theory]
    [MemberData(nameof(Feeds))]
    public void A_feed_that_is_well_is_hardly_ever_called_ill(string kind, double perDay)
    {
        var seeds = perDay > 1000 ? 2 : 4;
        var alerts = new List<FeedAlert>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var feed = new SimulatedFeed(seed, Start);
            feed.Run(Start.AddDays(Weeks * 7), kind == "clinic" ? SimulatedFeed.Clinic(perDay) : feed.Hospital(perDay));
            alerts.AddRange(feed.Alerts);
        }

        var years = seeds * (Weeks * 7 - 14) / 365.25;
        var raised = alerts.Where(a => a.Clears is null).ToList();
        output.WriteLine($"{kind} {perDay}/day: {raised.Count} false alarms in {years:0.0} feed years ({string.Join(", ", raised.Select(a => $"{a.Type} {a.Time:MM-dd HH:mm} {a.Observed}/{a.Expected}"))})");
        Assert.True(raised.Count <= 1, string.Join('\n', raised));
    }

    [Theory]
    [MemberData(nameof(Feeds))]
    public void A_feed_that_dies_is_told_within_what_was_learned(string kind, double perDay)
    {
        var delays = new List<double>();
        for (var seed = 1; seed <= 6; seed++)
        {
            var feed = new SimulatedFeed(seed, Start);
            // Eight weeks, and a death at another hour of the week each time: night, morning, evening, weekend.
            var death = Start.AddDays(56).AddHours((seed * 29) % 168);
            feed.Run(death, kind == "clinic" ? SimulatedFeed.Clinic(perDay) : feed.Hospital(perDay));
            var before = feed.Alerts.Count;
            var allowed = feed.Report.SilentAfterMinutes!.Value;
            var last = feed.Last;
            feed.Run(last.AddDays(21), _ => 0);
            var alert = Assert.Single(feed.Alerts.Skip(before), a => a.Type == FeedAlertTypes.Silent);
            var delay = (alert.Time - last).TotalMinutes;
            delays.Add(delay);
            Assert.True(delay <= (allowed * 1.1) + 15, $"told after {delay} min, learned were {allowed}");
        }

        output.WriteLine($"{kind} {perDay}/day: silent after {string.Join(", ", delays.Select(d => d < 180 ? $"{d:0} min" : $"{d / 60:0.0} h"))}");
    }

    [Theory]
    [InlineData(60, 0.25)]
    [InlineData(400, 0.4)]
    [InlineData(3000, 0.5)]
    public void A_feed_that_lost_a_part_is_told_within_three_days(double perDay, double left)
    {
        var delays = new List<double>();
        for (var seed = 1; seed <= 6; seed++)
        {
            var feed = new SimulatedFeed(seed, Start);
            var loss = Start.AddDays(63).AddHours((seed * 29) % 168);
            var usual = feed.Hospital(perDay);
            feed.Run(loss, usual);
            var before = feed.Alerts.Count;
            feed.Run(loss.AddDays(4), local => usual(local) * left);
            var alert = feed.Alerts.Skip(before).FirstOrDefault(a => a.Type == FeedAlertTypes.VolumeDrop);
            Assert.NotNull(alert);
            Assert.True(alert.Observed < alert.Expected);
            delays.Add((alert.Time - loss).TotalHours);
        }

        output.WriteLine($"{perDay}/day down to {left:P0}: told after {string.Join(", ", delays.Select(d => $"{d:0.0} h"))}");
        Assert.True(delays.Max() <= 72, string.Join(", ", delays));
    }
}
