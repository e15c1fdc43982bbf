using FhirGateway.FeedHealth;
using FhirGateway.Tests.Processing;

namespace FhirGateway.Tests.FeedHealth;

/// <summary>The ledger in a running engine: what messages tell of their feed, and what is left after a restart.</summary>
public sealed class FeedWatchTests
{
    [Fact]
    public async Task What_came_is_counted_by_outcome_and_survives_a_restart()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.AdtAsync(TestGateway.Adt("A01", "M1", "20260615100000"));
        await gateway.AdtAsync(TestGateway.Adt("A01", "M1", "20260615100000"));
        await gateway.AdtAsync(TestGateway.Adt("A03", "M1", "20260615110000"));
        await gateway.AdtAsync(TestGateway.Adt("A08", "M2", "20260615113000", status: "QZ"));
        await gateway.AdtAsync("MSH|^~\\&|ADT|MERCY|GW|HIE|20260615||ORU^R01|M3|P|2.5.1\r");
        await gateway.AdtAsync("MSH|^~\\&|ADT|MERCY|GW|HIE|20260615||ADT^A01|M4|P|2.5.1\rPID|1||9^^^MERCY^MR\r");
        await gateway.DrainAsync();
        Check(gateway);
        await gateway.RestartAsync();
        Check(gateway);
    }

    [Fact]
    public async Task Who_is_on_no_roster_is_unmatched_until_one_names_them()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.AdtAsync(TestGateway.Adt("A01", "M1", "20260615100000"));
        await gateway.DrainAsync();
        Assert.Equal(1, Report(gateway).UnmatchedShare);
        await gateway.Engine.Rosters.LoadPanelAsync(gateway.Aco, "test", [Panel()], [], 365, default);
        await gateway.DrainAsync();
        await gateway.AdtAsync(TestGateway.Adt("A08", "M2", "20260615110000"));
        await gateway.DrainAsync();
        Assert.Equal(0.5, Report(gateway).UnmatchedShare);
    }

    [Fact]
    public async Task Alerts_are_a_stream_with_a_sequence_and_wake_who_follows()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Engine.Feeds.Observe([new FeedFact { Source = gateway.Hospital.Number, Facility = "MERCY", ReceivedAt = gateway.Clock.Now, Outcome = FeedOutcome.Taken }]);
        var waiting = gateway.Engine.FeedWatch.WaitAsync(0, default);
        // Three weeks of a message every ten minutes, then none.
        for (var i = 0; i < 21 * 144; i++)
        {
            gateway.Clock.Now += TimeSpan.FromMinutes(10);
            gateway.Engine.Feeds.Observe([new FeedFact { Source = gateway.Hospital.Number, Facility = "MERCY", ReceivedAt = gateway.Clock.Now, Outcome = FeedOutcome.Taken }]);
            gateway.Engine.Feeds.Pass(gateway.Clock.Now);
        }

        await gateway.Engine.FeedWatch.TickAsync();
        Assert.Empty(gateway.Engine.Reader.FeedAlertsAfter(0, 10));
        for (var i = 0; i < 40; i++)
        {
            gateway.Clock.Now += TimeSpan.FromMinutes(10);
            await gateway.Engine.FeedWatch.TickAsync();
        }

        var silent = Assert.Single(gateway.Engine.Reader.FeedAlertsAfter(0, 10));
        Assert.Equal((1L, FeedAlertTypes.Silent, "hospital"), (silent.Sequence, silent.Type, silent.Source));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        await gateway.RestartAsync();
        // It is still open, so it is not told again; its end is told once.
        gateway.Engine.Feeds.Pass(gateway.Clock.Now);
        gateway.Clock.Now += TimeSpan.FromMinutes(10);
        await gateway.Engine.FeedWatch.TickAsync();
        await gateway.AdtAsync(TestGateway.Adt("A01", "M1", "20260615100000"));
        await gateway.DrainAsync();
        gateway.Clock.Now += TimeSpan.FromMinutes(1);
        await gateway.Engine.FeedWatch.TickAsync();
        await gateway.Engine.FeedWatch.TickAsync();
        var after = gateway.Engine.Reader.FeedAlertsAfter(1, 10);
        Assert.Equal(Enumerable.Range(2, after.Count).Select(n => (long)n), after.Select(a => a.Sequence));
        var resumed = Assert.Single(after, a => a.Type != FeedAlertTypes.NewCode);
        Assert.Equal((FeedAlertTypes.Resumed, 1L), (resumed.Type, resumed.Clears));
    }

    [Fact]
    public async Task Fields_that_were_lost_are_counted()
    {
        await using var world = await VisitWorld.StartAsync();
        var sound = new VisitMessage("A01", "C1", VisitWorld.Time(16));
        await world.SendAsync(sound, sound with { Control = "C2", Visit = "V2", Born = "19501399", Name = "" }, sound with { Control = "C3", Visit = "V3", Born = "soon", Name = "" });
        var feeds = world.Gateway.Engine.Feeds;
        var report = FeedSourceReport.Of(feeds, world.Gateway.Hospital.Number, "hospital", world.Gateway.Clock.Now);
        Assert.Equal(("PID-7", "invalid-date", 2L), Assert.Single(report.Fields.Select(f => (f.Location, f.Value, f.Number))));
    }

    private static FhirGateway.Attributions.RosterRow Panel() => new()
    {
        Line = 2,
        Key = "L1",
        Facts = new FhirGateway.Normalization.PatientFacts { Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" },
        Participant = "aco-one",
        Start = new DateOnly(2026, 1, 1),
        LocalId = "L1",
    };

    private static void Check(TestGateway gateway)
    {
        var report = Report(gateway);
        Assert.Equal((4L, 1L, 1L), (report.Today, report.Repeated, report.ReusedControlIds));
        Assert.Equal(0.4, report.ErrorShare);
        var tallies = gateway.Engine.Feeds.TalliesOf(gateway.Hospital.Number);
        Assert.Equal("QZ", Assert.Single(tallies, t => t.Kind == FeedTallyKind.Code && t.Location == "PV1-2").Value);
        Assert.Equal("segment-missing", Assert.Single(tallies, t => t.Kind == FeedTallyKind.Held).Value);
        Assert.Equal("unknown-event", Assert.Single(tallies, t => t.Kind == FeedTallyKind.Refused).Value);
        Assert.StartsWith("utf-8", Assert.Single(tallies, t => t.Kind == FeedTallyKind.Charset).Value, StringComparison.Ordinal);
    }

    private static FeedReport Report(TestGateway gateway) =>
        gateway.Engine.Feeds.Report(gateway.Clock.Now, gateway.Hospital.Number).Single(r => r.Facility == "MERCY");
}
