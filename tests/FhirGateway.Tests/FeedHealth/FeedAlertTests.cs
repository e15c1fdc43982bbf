using FhirGateway.FeedHealth;
using FhirGateway.Organizations;

namespace FhirGateway.Tests.FeedHealth;

public sealed class FeedAlertTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_told_before_enough_was_learned()
    {
        var feed = new SimulatedFeed(1, Start);
        feed.Run(Start.AddDays(12), feed.Hospital(400));
        feed.Run(Start.AddDays(13.9), _ => 0);
        Assert.Empty(feed.Alerts);
        Assert.False(feed.Report.IsLearned);
        Assert.Null(feed.Report.SilentAfterMinutes);
    }

    [Fact]
    public void Silence_is_told_once_and_its_end_once()
    {
        var feed = new SimulatedFeed(2, Start);
        var usual = feed.Hospital(400);
        feed.Run(Start.AddDays(42).AddHours(10), usual);
        feed.Run(Start.AddDays(44), _ => 0);
        var silent = Assert.Single(feed.Alerts, a => a.Type == FeedAlertTypes.Silent);
        Assert.Equal("mercy", silent.Source);
        Assert.Contains(FeedAlertTypes.Silent, feed.Report.Alerts);
        feed.Run(Start.AddDays(52), usual);
        var resumed = Assert.Single(feed.Alerts, a => a.Type == FeedAlertTypes.Resumed);
        Assert.Equal(silent.Sequence, resumed.Clears);
        Assert.Empty(feed.Report.Alerts);
        Assert.All(feed.Alerts.GroupBy(a => a.Type == FeedAlertTypes.Resumed ? FeedAlertTypes.Silent : a.Type), g => Assert.Equal(2, g.Count()));
    }

    [Fact]
    public void The_threshold_is_short_in_the_morning_long_at_night_and_longer_at_the_weekend()
    {
        var feed = new SimulatedFeed(3, Start);
        feed.Run(Start.AddDays(56), feed.Hospital(400));
        var threshold = feed.Report.ThresholdMinutes!.Value;
        Assert.True(threshold[(1 * 24) + 9] < threshold[(1 * 24) + 1]);
        Assert.True(threshold[(1 * 24) + 9] < threshold[9]);
        Assert.All(threshold, t => Assert.InRange(t, 10, 24 * 60));
    }

    [Fact]
    public void Hours_move_with_the_clock_of_the_feed()
    {
        var feed = new SimulatedFeed(4, Start);
        // Opens at 8 sharp with a lot: an hour's error would look like silence.
        Func<DateTime, double> sharp = local => local.Hour is >= 8 and < 20 ? 120 : 0;
        feed.Run(new DateTimeOffset(2026, 3, 8, 0, 0, 0, TimeSpan.Zero), sharp);
        feed.Run(new DateTimeOffset(2026, 3, 22, 0, 0, 0, TimeSpan.Zero), sharp);
        Assert.DoesNotContain(feed.Alerts, a => a.Type == FeedAlertTypes.Silent);
        feed.Run(new DateTimeOffset(2026, 10, 25, 0, 0, 0, TimeSpan.Zero), sharp);
        feed.Run(new DateTimeOffset(2026, 11, 15, 0, 0, 0, TimeSpan.Zero), sharp);
        Assert.DoesNotContain(feed.Alerts, a => a.Type == FeedAlertTypes.Silent);
    }

    [Fact]
    public void A_federal_holiday_is_expected_to_be_a_Sunday_and_a_quiet_day_is_no_drop()
    {
        var feed = new SimulatedFeed(5, Start);
        var usual = feed.Hospital(1000);
        var holiday = new DateOnly(2026, 5, 25);
        Func<DateTime, double> world = local => DateOnly.FromDateTime(local) == holiday
            ? usual(local) * 0.5 / 1.2
            : DateOnly.FromDateTime(local) == new DateOnly(2026, 6, 3) ? usual(local) * 0.75 : usual(local);
        feed.Run(new DateTimeOffset(2026, 6, 5, 5, 0, 0, TimeSpan.Zero), world);
        Assert.Empty(feed.Alerts);
    }

    [Fact]
    public void A_sender_of_batches_is_not_silent_between_them()
    {
        var feed = new SimulatedFeed(6, Start);
        Func<DateTime, double> batches = local => local.Hour % 6 == 0 && local.Minute < 15 ? 800 : 0;
        feed.Run(Start.AddDays(70), batches);
        Assert.DoesNotContain(feed.Alerts, a => a.Type == FeedAlertTypes.Silent);
        feed.Run(Start.AddDays(73), _ => 0);
        Assert.Single(feed.Alerts, a => a.Type == FeedAlertTypes.Silent);
    }

    [Fact]
    public void An_outage_of_the_gateway_is_no_silence_and_no_drop_of_its_feeds()
    {
        var feed = new SimulatedFeed(7, Start);
        var usual = feed.Hospital(1000);
        feed.Run(Start.AddDays(42).AddHours(9), usual);
        feed.Sleep(TimeSpan.FromHours(12));
        feed.LookNow();
        feed.Run(Start.AddDays(46), usual);
        Assert.Empty(feed.Alerts);
    }

    [Fact]
    public void A_silence_goes_on_over_a_restart()
    {
        var state = new RememberedFeeds();
        var feed = new SimulatedFeed(8, Start);
        feed.Run(Start.AddDays(42).AddHours(14), feed.Hospital(400));
        var last = feed.Last;
        var allowed = feed.Report.SilentAfterMinutes!.Value;
        while (feed.Alerts.Count == 0 && feed.Now < last.AddDays(1))
        {
            feed.Run(feed.Now.AddMinutes(15), _ => 0);
            feed.Restart(state);
        }

        // Each restart leaves out the few minutes to its first look; the silence adds up all the same.
        var alert = Assert.Single(feed.Alerts);
        Assert.InRange((alert.Time - last).TotalMinutes, allowed * 0.8, (allowed * 2) + 30);
    }

    [Fact]
    public void Where_a_whole_source_is_silent_its_facilities_are_no_news()
    {
        var feed = new SimulatedFeed(9, Start);
        var usual = feed.Hospital(300);
        for (var day = 0; day < 35; day++)
        {
            for (var look = 0; look < 288; look++)
            {
                var until = feed.Now + SimulatedFeed.Look;
                feed.Run(until, usual);
                if (look % 24 == 12)
                    feed.Send(new FeedFact { Source = 1, Facility = "clinic", ReceivedAt = feed.Now, Outcome = FeedOutcome.Taken, IsMatched = true });
            }
        }

        feed.Run(feed.Now.AddDays(4), _ => 0);
        var silent = Assert.Single(feed.Alerts, a => a.Type == FeedAlertTypes.Silent);
        Assert.Null(silent.Facility);
    }

    [Fact]
    public void More_errors_than_usual_are_told_and_few_of_few_are_not()
    {
        var feed = new SimulatedFeed(10, Start);
        var n = 0;
        feed.Shape = f => n++ % 100 == 0 ? f with { Outcome = FeedOutcome.Held, Reason = "segment-missing" } : f;
        var usual = feed.Hospital(600);
        feed.Run(Start.AddDays(42).AddHours(14), usual);
        Assert.DoesNotContain(feed.Alerts, a => a.Type == FeedAlertTypes.Errors);
        feed.Shape = f => n++ % 3 == 0 ? f with { Outcome = FeedOutcome.Held, Reason = "segment-missing" } : f;
        feed.Run(feed.Now.AddHours(5), usual);
        var raised = Assert.Single(feed.Alerts, a => a.Type == FeedAlertTypes.Errors);
        Assert.True(raised.Share > 0.05 && raised.UsualShare < 0.03);
        feed.Shape = f => f;
        feed.Run(feed.Now.AddHours(6), usual);
        Assert.Equal(raised.Sequence, feed.Alerts.Last(a => a.Type == FeedAlertTypes.Errors).Clears);
        Assert.Equal(2, feed.Alerts.Count(a => a.Type == FeedAlertTypes.Errors));
    }

    [Fact]
    public void That_nobody_is_on_a_list_any_more_is_told_also_where_most_never_were()
    {
        var feed = new SimulatedFeed(11, Start);
        var random = new Random(11);
        feed.Shape = f => f with { IsMatched = random.Next(100) < 15 };
        var usual = feed.Hospital(600);
        feed.Run(Start.AddDays(42), usual);
        Assert.DoesNotContain(feed.Alerts, a => a.Type == FeedAlertTypes.Unmatched);
        feed.Shape = f => f with { IsMatched = false };
        feed.Run(feed.Now.AddDays(2), usual);
        Assert.Single(feed.Alerts, a => a.Type == FeedAlertTypes.Unmatched);
        feed.Shape = f => f with { IsMatched = random.Next(100) < 15 };
        feed.Run(feed.Now.AddDays(3), usual);
        Assert.NotNull(feed.Alerts.Last(a => a.Type == FeedAlertTypes.Unmatched).Clears);
        Assert.Equal(2, feed.Alerts.Count(a => a.Type == FeedAlertTypes.Unmatched));
    }

    [Fact]
    public void A_code_that_was_never_seen_is_told_once_and_not_while_the_feed_is_new()
    {
        var feed = new SimulatedFeed(12, Start);
        var usual = feed.Hospital(200);
        feed.Shape = f => f with { Unmapped = [new("PV1-36", "XX1")] };
        feed.Run(Start.AddDays(21), usual);
        Assert.Empty(feed.Alerts);
        feed.Shape = f => f with { Unmapped = [new("PV1-36", "XX2"), new("PID-5", "")] };
        feed.Run(feed.Now.AddDays(1), usual);
        var told = Assert.Single(feed.Alerts);
        Assert.Equal((FeedAlertTypes.NewCode, "PV1-36", "XX2"), (told.Type, told.Location, told.Code));
    }

    [Fact]
    public void Codes_of_a_field_are_bounded_and_what_goes_beyond_counts_together()
    {
        var feed = new SimulatedFeed(13, Start);
        for (var i = 0; i < 1000; i++)
            feed.Send(new FeedFact { Source = 1, Facility = "MERCY", ReceivedAt = Start.AddSeconds(i), Outcome = FeedOutcome.Taken, Unmapped = [new("PV1-2", $"C{i}"), new($"PV1-{i + 3}", "X")] });
        var tallies = feed.Ledger.TalliesOf(1).Where(t => t.Kind == FeedTallyKind.Code).ToList();
        Assert.Equal(2000, tallies.Sum(t => t.Count));
        Assert.InRange(tallies.Count(t => t.Location == "PV1-2"), 200, 201);
        Assert.InRange(tallies.Count, 290, 310);
        Assert.Equal(800, tallies.Single(t => t.Location == "PV1-2" && t.Value == FeedTally.Others).Count);
    }

    [Fact]
    public void Refusals_of_unknown_senders_count_by_reason_only()
    {
        var feed = new SimulatedFeed(14, Start);
        for (var i = 0; i < 100; i++)
            feed.Ledger.Refused("NOBODY" + i, "unknown-facility", Start.AddSeconds(i));
        feed.Ledger.Refused("mercy", "unknown-event", Start);
        Assert.Equal(100, Assert.Single(feed.Ledger.TalliesOf(0)).Count);
        Assert.Equal("unknown-event", Assert.Single(feed.Ledger.TalliesOf(1)).Value);
        Assert.Equal(2, feed.Ledger.Report(Start.AddHours(1)).Count);
    }

    [Fact]
    public void What_a_known_sender_says_in_the_name_of_another_counts_against_itself_only()
    {
        var feed = new SimulatedFeed(15, Start);
        var mercy = feed.Directory.Value.Sources.First();
        feed.Directory.Value = new([mercy, new() { Number = 2, Id = "general", Kind = mercy.Kind, Facilities = ["GENERAL"] }], [], []);
        feed.Send(new FeedFact { Source = 1, Facility = "MERCY", ReceivedAt = Start, Outcome = FeedOutcome.Taken });
        for (var i = 1; i <= 100; i++)
            feed.Ledger.Refused("MERCY", "foreign-facility", Start.AddHours(i), "general");
        feed.Ledger.Refused(null, "unreadable", Start, "general");
        feed.Ledger.Refused("GENERAL", "unknown-event", Start, "general");
        var reports = feed.Ledger.Report(Start.AddHours(101));
        Assert.All(reports.Where(r => r.Source == "mercy"), r => Assert.Equal((Start, null), (r.LastMessage, r.ErrorShare is > 0 ? r.ErrorShare : null)));
        Assert.Empty(feed.Ledger.TalliesOf(1));
        Assert.Empty(feed.Ledger.TalliesOf(0));
        Assert.Equal(100, feed.Ledger.TalliesOf(2).Single(t => t.Value == "foreign-facility").Count);
        // A facility of its own is told apart, what names none of its own is not.
        Assert.Equal([null, "GENERAL"], reports.Where(r => r.Source == "general").Select(r => r.Facility));
    }

    [Fact]
    public void Another_time_zone_of_the_source_is_in_force_within_hours_and_without_a_restart()
    {
        var start = new DateTimeOffset(2026, 6, 15, 14, 0, 0, TimeSpan.Zero);
        var feed = new SimulatedFeed(16, start);
        feed.Send(new FeedFact { Source = 1, Facility = "MERCY", ReceivedAt = start, Outcome = FeedOutcome.Taken });
        feed.Run(start.AddHours(1), _ => 0);
        Assert.Equal(1, feed.Report.Today);
        var mercy = feed.Directory.Value.Sources.First();
        // Midnight in Tokyo was at 15 o'clock UTC.
        feed.Directory.Value = new([mercy with { TimeZone = "Asia/Tokyo" }], [], []);
        feed.Run(start.AddHours(6), _ => 0);
        Assert.Equal(0, feed.Report.Today);
    }
}
