using FhirGateway.Contracts;
using FhirGateway.Organizations;
using static FhirGateway.Tests.Processing.VisitWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>Returns and revisits, as a care team hears of them.</summary>
public sealed class VisitSignalTests
{
    private static readonly VisitMessage Admit = new("A01", "C1", Time(16)) { Admitted = Time(16) };
    private static readonly VisitMessage Leave = new("A03", "C2", Time(18)) { Admitted = Time(16), Discharged = Time(18), Disposition = "01" };
    private static readonly VisitMessage Again = new("A01", "C3", Time(28)) { Visit = "V2", Admitted = Time(28) };

    [Fact]
    public async Task A_return_within_thirty_days_names_the_index_stay()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Leave, Again);
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtDischarge, EventTypes.AdtAdmit, EventTypes.AdtReturn], told.Select(e => e.Type));
        var signal = told[^1].Adt!;
        Assert.Equal((told[2].Adt!.Episode, told[0].Adt!.Episode, "2026-06-18T08:00:00-05:00"), (signal.Episode, signal.Index, signal.IndexEnd));
        Assert.Equal(("2026-06-28T08:00:00-05:00", "C3"), (told[^1].Time, told[^1].SourceMessageId));
        // Nothing more is told of it, whatever else is heard of either visit.
        await world.SendAsync(Again with { Trigger = "A08", Control = "C4", Time = Time(28, 9), Name = "Moore-Stone^Ada" });
        Assert.Single(await world.TypesAsync(), t => t == EventTypes.AdtReturn);
    }

    [Fact]
    public async Task The_cancelled_discharge_of_the_index_stay_takes_the_return_back_and_the_next_one_brings_it_again()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Leave, Again, new VisitMessage("A13", "C4", Time(18, 9)) { Admitted = Time(16) });
        var told = await world.ToldAsync();
        var signal = told.Single(e => e.Type == EventTypes.AdtReturn);
        var cancels = told.Where(e => e.Type == EventTypes.AdtCancel).SelectMany(e => e.Adt!.Cancels!.Value).ToList();
        Assert.Contains(signal.Id, cancels);
        Assert.Equal(2, cancels.Count);
        await world.SendAsync(Leave with { Control = "C5", Time = Time(19), Discharged = Time(19) });
        Assert.Equal("2026-06-19T08:00:00-05:00", (await world.ToldAsync()).Last(e => e.Type == EventTypes.AdtReturn).Adt!.IndexEnd);
    }

    [Fact]
    public async Task A_discharge_that_comes_late_makes_a_return_of_the_visit_that_followed()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Again);
        Assert.DoesNotContain(EventTypes.AdtReturn, await world.TypesAsync());
        await world.SendAsync(Leave);
        var signal = (await world.ToldAsync()).Single(e => e.Type == EventTypes.AdtReturn);
        Assert.Equal(("C2", "A03"), (signal.SourceMessageId, signal.Adt!.Trigger));
    }

    [Fact]
    public async Task An_emergency_visit_soon_after_another_is_a_revisit()
    {
        await using var world = await StartAsync();
        VisitMessage Arrive(string visit, string control, int day) =>
            new("A04", control, Time(day)) { Visit = visit, Class = "E", Place = "ED^1^1", Admitted = Time(day) };
        await world.SendAsync(
            Arrive("V1", "C1", 16), Arrive("V1", "C2", 16) with { Trigger = "A03", Time = Time(16, 12), Discharged = Time(16, 12), Disposition = "01" },
            Arrive("V2", "C3", 18));
        Assert.Equal([EventTypes.AdtEdArrival, EventTypes.AdtDischarge, EventTypes.AdtEdArrival, EventTypes.AdtEdRevisit], await world.TypesAsync());
    }

    [Fact]
    public async Task An_index_stay_that_may_not_be_seen_makes_no_return_that_is_told()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit with { Vip = "VIP" }, Leave, Again);
        Assert.Equal([EventTypes.AdtAdmit], await world.TypesAsync());
    }

    [Fact]
    public async Task Who_is_attributed_later_hears_of_the_return_that_stands()
    {
        await using var world = await StartAsync(onPanel: false);
        await world.SendAsync(Admit, Leave, Again);
        await world.PanelAsync();
        await world.Gateway.DrainAsync();
        Assert.Equal([EventTypes.AdtDischarge, EventTypes.AdtAdmit, EventTypes.AdtReturn], await world.TypesAsync());
        await world.PanelAsync();
        await world.Gateway.DrainAsync();
        Assert.Equal(3, (await world.TypesAsync()).Count);
    }

    [Fact]
    public async Task Visits_at_two_hospitals_make_a_return_once_their_patients_are_known_to_be_one_and_none_when_they_are_not()
    {
        await using var world = await StartAsync();
        await world.Gateway.Engine.Registry.SaveAsync(
            new Source { Id = "other-hospital", Kind = SourceKind.Hospital, Facilities = ["GRACE"] }, "test", default);
        await world.SendAsync(Admit, Leave);
        // Without a ZIP nothing says who it is, but the same Medicare number does.
        string Elsewhere(string trigger, string control, string mbi) => Again.ToString()
            .Replace("|MERCY|GW", "|GRACE|GW", StringComparison.Ordinal).Replace("^^^MERCY^", "^^^GRACE^", StringComparison.Ordinal)
            .Replace("^CO^80202", "^CO", StringComparison.Ordinal).Replace("|9^^^GRACE^MR|", $"|9^^^GRACE^MR{mbi}|", StringComparison.Ordinal)
            .Replace("ADT^A01|C3", $"ADT^{trigger}|{control}", StringComparison.Ordinal);
        await world.Gateway.AdtAsync(Elsewhere("A01", "C3", ""));
        await world.Gateway.DrainAsync();
        Assert.DoesNotContain(EventTypes.AdtReturn, await world.TypesAsync());
        await world.SendAsync(Leave with { Trigger = "A08", Control = "C6", Time = Time(18, 9), Mrn = "9^^^MERCY^MR~1EG4TE5MK72^^^CMS^MC" });
        await world.Gateway.AdtAsync(Elsewhere("A08", "C4", "~1EG4TE5MK72^^^CMS^MC"));
        await world.Gateway.DrainAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtReturn], (await world.TypesAsync())[^2..]);
        await world.Gateway.AdtAsync(Elsewhere("A08", "C5", "~2FH5UF6NK83^^^CMS^MC").Replace("20260628080000", "20260628090000", StringComparison.Ordinal));
        await world.Gateway.DrainAsync();
        var told = await world.ToldAsync();
        Assert.All(told.Where(e => e.Source == "other-hospital" && e.Type != EventTypes.Withdrawn("adt")), e => Assert.NotNull(e.Withdrawn));
        Assert.Equal(EventTypes.Withdrawn("adt"), told[^1].Type);
    }
}
