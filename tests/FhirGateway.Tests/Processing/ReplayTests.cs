using FhirGateway.Contracts;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Processing;

public sealed class ReplayTests
{
    [Fact]
    public async Task A_replay_under_the_same_settings_tells_nothing()
    {
        await using var world = await VisitWorld.StartAsync();
        await world.SendAsync(new VisitMessage("A01", "C1", "20260620080000"), new VisitMessage("A08", "C2", "20260620090000") { Place = "4N^402^1" }, new VisitMessage("A03", "C3", "20260621080000"));
        var before = await StateAsync(world);
        Assert.True(before.Events > 1);
        foreach (var dry in (bool[])[true, false, false])
        {
            var report = await ReplayAsync(world, dry);
            Assert.Equal((3, 1, 0), (report.Messages, report.Visits, report.Published));
            Assert.Equal(1, report.Outcomes["unchanged"]);
            Assert.Empty(report.Changes);
        }

        Assert.Equal(before.Events, (await StateAsync(world)).Events);
    }

    [Fact]
    public async Task What_other_settings_change_is_shown_first_then_told_once_as_an_update()
    {
        await using var world = await VisitWorld.StartAsync();
        await world.SendAsync(new VisitMessage("A01", "C1", "20260620080000") { Admitted = "20260620080000" }, new VisitMessage("A08", "C2", "20260620090000") { Place = "5S^1^1" });
        await world.Gateway.Engine.Registry.SaveAsync(world.Gateway.Hospital with { TimeZone = "America/Chicago" }, "test", default);
        var before = await StateAsync(world);
        var shown = await ReplayAsync(world, isDry: true);
        Assert.Equal(before, await StateAsync(world));
        Assert.True(shown.Published > 0);
        var change = Assert.Single(shown.Changes);
        Assert.Contains("Encounter.period.start", change.Paths);
        Assert.DoesNotContain(change.Paths, p => p.Contains("Moore", StringComparison.Ordinal) || p.Any(char.IsDigit));
        var done = await ReplayAsync(world, isDry: false);
        Assert.Equal(shown.Published, done.Published);
        Assert.Equal(shown.Paths, done.Paths);
        var told = await world.ToldAsync();
        Assert.Equal(before.Events + done.Published, told.Count);
        Assert.All(told.Skip((int)before.Events), e => Assert.Equal(EventTypes.AdtUpdate, e.Type));
        var again = await ReplayAsync(world, isDry: false);
        Assert.Equal((0, 1), (again.Published, again.Outcomes["unchanged"]));
        Assert.Equal(told.Count, (await world.ToldAsync()).Count);
    }

    [Fact]
    public async Task Another_table_of_codes_reaches_the_participant_once()
    {
        await using var world = await VisitWorld.StartAsync();
        await world.SendAsync(
            new VisitMessage("A01", "C1", "20260620080000") { Admitted = "20260620080000" },
            new VisitMessage("A03", "C2", "20260621080000") { Admitted = "20260620080000", Disposition = "ZX" });
        Assert.DoesNotContain("\"home\"", (await world.ToldAsync())[^1].Data!.Value.GetRawText(), StringComparison.Ordinal);
        var hospital = world.Gateway.Hospital;
        await world.Gateway.Engine.Registry.SaveAsync(
            hospital with { Feed = hospital.Feed with { Tables = [new FeedTable { Name = "disposition", Rows = [new FeedCode("ZX", "home", null)] }] } }, "test", default);
        var before = await StateAsync(world);
        var shown = await ReplayAsync(world, isDry: true);
        Assert.Equal(1, shown.Published);
        Assert.Contains(Assert.Single(shown.Changes).Paths, p => p.StartsWith("Encounter.hospitalization.dischargeDisposition", StringComparison.Ordinal));
        Assert.Equal(before, await StateAsync(world));
        Assert.Equal(1, (await ReplayAsync(world, isDry: false)).Published);
        var told = await world.ToldAsync();
        Assert.Equal(before.Events + 1, told.Count);
        Assert.Equal(EventTypes.AdtUpdate, told[^1].Type);
        Assert.Contains("\"home\"", told[^1].Data!.Value.GetRawText(), StringComparison.Ordinal);
        var after = await StateAsync(world);
        Assert.Equal(0, (await ReplayAsync(world, isDry: false)).Published);
        Assert.Equal((after.Events, after.Resources), (await StateAsync(world)) is var (events, _, resources) ? (events, resources) : default);
        Assert.Empty(world.Gateway.Engine.VerifyAudit(null).Faults);
    }

    [Fact]
    public async Task What_may_happen_again_and_happened_at_another_time_is_taken_back_and_told_anew()
    {
        await using var world = await VisitWorld.StartAsync();
        await world.SendAsync(new VisitMessage("A01", "C1", "20260620080000"), new VisitMessage("A02", "C2", "20260620090000") { Place = "5S^1^1" });
        await world.Gateway.Engine.Registry.SaveAsync(world.Gateway.Hospital with { TimeZone = "America/Chicago" }, "test", default);
        var before = await world.ToldAsync();
        await ReplayAsync(world, isDry: false);
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtCancel, EventTypes.AdtTransfer], told.Skip(before.Count).Select(e => e.Type));
        Assert.Equal([before[^1].Id], told[before.Count].Adt!.Cancels!);
        Assert.Equal(0, (await ReplayAsync(world, isDry: false)).Published);
    }

    [Fact]
    public async Task Only_messages_of_the_range_and_the_source_are_taken()
    {
        await using var world = await VisitWorld.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await world.SendAsync(new VisitMessage("A01", $"C{i}", $"2026062008{i:00}00") { Visit = $"V{i}" });
            world.Gateway.Clock.Now += TimeSpan.FromHours(1);
        }

        var start = new DateTimeOffset(2026, 6, 15, 15, 0, 0, TimeSpan.Zero);
        var report = await world.Gateway.Engine.Replay.RunAsync(
            new ReplayRequest(world.Gateway.Hospital, start.AddHours(1), start.AddHours(3), IsDry: false, "test"), null, default);
        Assert.Equal((2, 2), (report.Messages, report.Visits));
        var other = await world.Gateway.Engine.Replay.RunAsync(new ReplayRequest(world.Gateway.Payer, null, null, IsDry: false, "test"), null, default);
        Assert.Equal(0, other.Messages);
    }

    /// <summary>Messages of any order, settings of any kind: what is told is told by the first replay, whatever the second.</summary>
    [Fact]
    public async Task A_second_replay_tells_nothing()
    {
        string[] triggers = ["A01", "A02", "A03", "A04", "A06", "A08", "A11", "A12", "A13"];
        var published = 0;
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            await using var world = await VisitWorld.StartAsync();
            await world.SendTogetherAsync(Enumerable.Range(0, 12).Select(i => new VisitMessage(triggers[random.Next(triggers.Length)], $"C{i}", $"202606{random.Next(20, 25)}{random.Next(24):00}{random.Next(60):00}00")
            {
                Visit = "V" + random.Next(3),
                Class = random.Next(2) == 0 ? "I" : "E",
                Place = $"{random.Next(3)}N^1^1",
                Admitted = random.Next(2) == 0 ? "20260620" : "",
            }));
            var hospital = world.Gateway.Hospital with { TimeZone = random.Next(2) == 0 ? "America/Denver" : "America/Los_Angeles" };
            await world.Gateway.Engine.Registry.SaveAsync(hospital, "test", default);
            var shown = await ReplayAsync(world, isDry: true);
            var first = await ReplayAsync(world, isDry: false);
            Assert.True(shown.Published == first.Published, $"seed {seed}: {shown.Published} shown, {first.Published} told");
            published += first.Published;
            var told = (await StateAsync(world)).Events;
            var second = await ReplayAsync(world, isDry: false);
            Assert.True(second.Published == 0, $"seed {seed}: {string.Join("; ", second.Changes.Select(c => string.Join(' ', c.Paths)))}");
            Assert.Equal(told, (await StateAsync(world)).Events);
        }

        Assert.True(published > 0);
    }

    private static Task<ReplayReport> ReplayAsync(VisitWorld world, bool isDry) =>
        world.Gateway.Engine.Replay.RunAsync(new ReplayRequest(world.Gateway.Hospital, null, null, isDry, "test"), null, default);

    private static async Task<(long Events, long Audit, long Resources)> StateAsync(VisitWorld world)
    {
        await world.Gateway.DrainAsync();
        var status = world.Gateway.Engine.Reader.Status();
        return (world.Gateway.Events(StreamNames.Adt).Count, status.AuditRecords, status.Resources);
    }
}
