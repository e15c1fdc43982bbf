using FhirGateway.Contracts;
using FhirGateway.Episodes;
using static FhirGateway.Tests.Processing.VisitWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>What a care team is told of a visit.</summary>
public sealed class VisitNewsTests
{
    private static readonly VisitMessage Admit = new("A01", "C1", Time(16)) { Admitted = Time(16) };
    private static readonly VisitMessage Move = new("A02", "C2", Time(17)) { Admitted = Time(16), Place = "ICU^2^1", Prior = "4N^401^1" };
    private static readonly VisitMessage Leave = new("A03", "C3", Time(18)) { Admitted = Time(16), Place = "ICU^2^1", Discharged = Time(18), Disposition = "01" };

    [Fact]
    public async Task Admit_transfer_and_discharge_are_three_events_of_one_visit()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Move, Leave);
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtTransfer, EventTypes.AdtDischarge], told.Select(e => e.Type));
        Assert.Equal(["C1", "C2", "C3"], told.Select(e => e.SourceMessageId));
        Assert.Equal(["A01", "A02", "A03"], told.Select(e => e.Adt!.Trigger));
        Assert.Equal(["in-progress", "in-progress", "finished"], told.Select(e => e.Adt!.Status));
        Assert.Single(told.Select(e => e.Adt!.Episode).Distinct());
        Assert.All(told, e => Assert.Equal(("IMP", "MERCY", "1234567893"), (e.Adt!.Class, e.Adt.Facility, e.Adt.AttendingNpi)));
        Assert.All(told, e => Assert.Equal("P1", e.LocalId));
        Assert.Equal(["2026-06-16T08:00:00-05:00", "2026-06-17T08:00:00-05:00", "2026-06-18T08:00:00-05:00"], told.Select(e => e.Time));
        Assert.Contains(told[0].Adt!.Episode!, told[0].Data!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(world.Gateway.Engine.VerifyAudit(null).Faults);
        Assert.Equal(0, world.Gateway.Engine.Reader.PublicationsWithoutDisclosure());
    }

    [Fact]
    public async Task An_admit_that_comes_after_the_discharge_is_told_as_what_it_is_of_a_visit_that_is_over()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Leave, Admit);
        var told = await world.ToldAsync();
        Assert.Equal(EventTypes.AdtDischarge, told[0].Type);
        Assert.All(told, e => Assert.Equal("finished", e.Adt!.Status));
        Assert.Equal(Episode.Finished, (await world.VisitAsync()).Status);
        Assert.Contains(told, e => e.Type == EventTypes.AdtAdmit && e.Time == "2026-06-16T08:00:00-05:00");
        // The discharge, the later event, fills the Encounter, whichever came last.
        Assert.Contains("ICU", told[^1].Data!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_admit_names_the_event_that_is_not_so()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, new VisitMessage("A11", "C2", Time(16, 9)) { Admitted = Time(16) });
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtCancel], told.Select(e => e.Type));
        Assert.Equal([told[0].Id], told[1].Adt!.Cancels);
        Assert.Equal("cancelled", told[1].Adt!.Status);
        Assert.Contains("\"cancelled\"", told[1].Data!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(await world.StandingAsync(), s => s.EndsWith("Admit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_discharge_is_taken_back_and_told_anew_when_it_happens()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Leave);
        await world.SendAsync(new VisitMessage("A13", "C4", Time(18, 9)) { Admitted = Time(16), Place = "ICU^2^1" });
        Assert.Equal(Episode.InProgress, (await world.VisitAsync()).Status);
        await world.SendAsync(Leave with { Control = "C5", Time = Time(19), Discharged = Time(19) });
        var told = (await world.ToldAsync()).Where(e => e.Type is EventTypes.AdtDischarge or EventTypes.AdtCancel).ToList();
        Assert.Equal([EventTypes.AdtDischarge, EventTypes.AdtCancel, EventTypes.AdtDischarge], told.Select(e => e.Type));
        Assert.Equal([told[0].Id], told[1].Adt!.Cancels);
        Assert.Equal(("in-progress", "A13"), (told[1].Adt!.Status, told[1].Adt!.Trigger));
        Assert.Equal("2026-06-19T08:00:00-05:00", (await world.VisitAsync()).End?.Text);
    }

    [Fact]
    public async Task A_cancelled_transfer_is_taken_back()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Move, new VisitMessage("A12", "C4", Time(17, 9)) { Admitted = Time(16) });
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtTransfer, EventTypes.AdtCancel], told.Select(e => e.Type));
        Assert.Equal([told[1].Id], told[2].Adt!.Cancels);
    }

    [Fact]
    public async Task A_cancel_that_comes_before_what_it_cancels_waits_for_it()
    {
        await using var world = await StartAsync();
        var cancel = new VisitMessage("A13", "C4", Time(18, 9)) { Admitted = Time(16), Place = "ICU^2^1" };
        await world.SendAsync(Admit, cancel, Leave);
        Assert.DoesNotContain(EventTypes.AdtDischarge, await world.TypesAsync());
        Assert.Equal(Episode.InProgress, (await world.VisitAsync()).Status);
    }

    [Fact]
    public async Task A_visit_that_was_called_off_before_anybody_heard_of_it_is_no_news()
    {
        await using var world = await StartAsync();
        await world.SendTogetherAsync([new VisitMessage("A11", "C2", Time(16, 9)) { Admitted = Time(16) }, Admit]);
        Assert.Empty(await world.StandingAsync());
        Assert.DoesNotContain(EventTypes.AdtAdmit, await world.TypesAsync());
    }

    [Fact]
    public async Task Repeats_and_updates_that_change_nothing_are_not_told_and_a_change_is()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Admit, Admit with { Control = "C7" }, Admit with { Trigger = "A08", Control = "C8", Time = Time(16, 9) });
        Assert.Equal([EventTypes.AdtAdmit], await world.TypesAsync());
        await world.SendAsync(Admit with { Trigger = "A08", Control = "C9", Time = Time(16, 10), Name = "Moore-Stone^Ada" });
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtUpdate], told.Select(e => e.Type));
        Assert.Null(told[1].Adt!.Milestone);
        Assert.Equal(told[0].Adt!.Episode, told[1].Adt!.Episode);
        Assert.Equal(["processed", "duplicate-message", "unchanged", "unchanged", "processed"], world.Outcomes());
    }

    [Fact]
    public async Task An_emergency_visit_that_becomes_an_inpatient_stay_is_told_as_both()
    {
        await using var world = await StartAsync();
        await world.SendAsync(
            new VisitMessage("A04", "C1", Time(16)) { Class = "E", Place = "ED^1^1", Admitted = Time(16) },
            new VisitMessage("A06", "C2", Time(16, 12)) { Prior = "ED^1^1", Admitted = Time(16) });
        var told = await world.ToldAsync();
        Assert.Equal(EventTypes.AdtEdArrival, told[0].Type);
        Assert.Contains(EventTypes.AdtEdToInpatient, told.Skip(1).Select(e => e.Type));
        Assert.Equal(["EMER", "IMP"], told.Select(e => e.Adt!.Class).Distinct());
        Assert.Contains("classHistory", told[^1].Data!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_joins_in_the_middle_hears_the_last_thing_that_happened_and_its_cancel()
    {
        await using var world = await StartAsync(onPanel: false);
        await world.SendAsync(Admit, Move);
        Assert.Empty(await world.TypesAsync());
        await world.PanelAsync();
        await world.Gateway.DrainAsync();
        Assert.Equal([EventTypes.AdtTransfer], await world.TypesAsync());
        await world.SendAsync(new VisitMessage("A12", "C4", Time(17, 9)) { Admitted = Time(16) });
        Assert.Equal([EventTypes.AdtTransfer, EventTypes.AdtCancel], await world.TypesAsync());
    }

    [Fact]
    public async Task What_is_called_off_is_withdrawn_from_who_may_not_have_it_any_more()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Leave);
        await world.SendAsync(new VisitMessage("A13", "C4", Time(18, 9)) { Admitted = Time(16), Place = "ICU^2^1", Vip = "VIP" });
        var told = await world.ToldAsync();
        var discharge = told.Single(e => e.Type == EventTypes.AdtDischarge);
        var withdrawal = told.Single(e => e.Type == EventTypes.Withdrawn("adt"));
        Assert.Equal(withdrawal.Sequence, discharge.Withdrawn);
        Assert.Null(discharge.Adt);
        Assert.Null(discharge.Data);
        Assert.Null(withdrawal.Adt);
        Assert.Equal(ReasonCodes.Superseded, withdrawal.Data!.Value.GetProperty("reason").GetString());
        Assert.DoesNotContain(EventTypes.AdtCancel, told.Select(e => e.Type));
    }

    [Fact]
    public async Task A_visit_that_turns_out_to_be_another_humans_is_taken_back_with_all_that_was_told()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Move);
        await world.SendAsync(Move with { Trigger = "A08", Control = "C9", Time = Time(17, 9), Mrn = "77", Name = "Wood^Eve", Born = "19710203" });
        var told = await world.ToldAsync();
        Assert.All(told.Take(2), e => Assert.NotNull(e.Withdrawn));
        Assert.Equal(EventTypes.Withdrawn("adt"), told[2].Type);
        Assert.Equal(3, told.Count);
        Assert.Equal(ReasonCodes.WrongPerson, told[2].Data!.Value.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task While_a_feed_catches_up_after_an_outage_its_visits_wait_for_their_ends()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit);
        var closes = HangingRules.ClosesAt(await world.VisitAsync())!.Value;
        world.Gateway.Clock.Now = closes.AddDays(29);
        Assert.False(await world.Gateway.Engine.HangingVisits.StepAsync(default));
        Assert.False((await world.VisitAsync()).IsClosedByRule);
        await world.SendAsync(Leave);
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtDischarge], await world.TypesAsync());
    }

    [Fact]
    public async Task A_feed_that_comes_no_more_has_its_visits_closed_a_month_later()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit);
        world.Gateway.Clock.Now = HangingRules.ClosesAt(await world.VisitAsync())!.Value.AddDays(30);
        await world.Gateway.Engine.HangingVisits.StepAsync(default);
        Assert.True((await world.VisitAsync()).IsClosedByRule);
    }

    [Fact]
    public async Task A_visit_that_nobody_ends_is_closed_by_rule_and_a_late_discharge_ends_it_after_all()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit);
        var closes = HangingRules.ClosesAt(await world.VisitAsync())!.Value;
        var other = Admit with { Control = "C8", Visit = "V8", Mrn = "77", Name = "Wood^Eve", Born = "19710203" };
        world.Gateway.Clock.Now = closes.AddHours(1);
        await world.SendAsync(other with { Time = Sent(closes.AddMinutes(-1)) });
        Assert.False(await world.Gateway.Engine.HangingVisits.StepAsync(default));
        Assert.Single(await world.TypesAsync());
        // A clock that goes ahead counts for no more than the time at which its message came.
        await world.SendAsync(other with { Control = "C9", Time = Sent(closes.AddYears(9)) });
        var heard = await world.Gateway.Engine.Store.WriteAsync(FhirGateway.Processing.StateLane.Messages, tx => tx.Episodes.Heard(world.Gateway.Hospital.Number), default);
        Assert.InRange(heard, world.Gateway.Clock.Now.AddMinutes(-1), world.Gateway.Clock.Now);
        await world.Gateway.Engine.HangingVisits.StepAsync(default);
        await world.Gateway.Engine.HangingVisits.StepAsync(default);
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtUpdate], told.Select(e => e.Type));
        Assert.Equal(("unknown", true, null), (told[1].Adt!.Status, told[1].Adt!.ClosedByRule, told[1].Adt!.Trigger));
        // Old things that are heard of it do not open it again.
        await world.SendAsync(Admit with { Control = "C0" });
        Assert.Equal(2, (await world.TypesAsync()).Count);
        await world.SendAsync(Leave);
        told = await world.ToldAsync();
        Assert.Equal(EventTypes.AdtDischarge, told[^1].Type);
        Assert.Equal(("finished", null), (told[^1].Adt!.Status, told[^1].Adt!.ClosedByRule));
        Assert.Empty(world.Gateway.Engine.VerifyAudit(null).Faults);
    }

    [Fact]
    public async Task A_late_message_with_a_label_hides_its_visit_although_nothing_else_moves()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Move, Admit with { Trigger = "A08", Control = "C8", Time = Time(16, 9), Vip = "VIP" }, Leave);
        Assert.DoesNotContain(EventTypes.AdtDischarge, await world.TypesAsync());
    }

    [Fact]
    public async Task What_is_known_of_a_visit_survives_a_restart()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Move, Admit);
        await world.Gateway.RestartAsync();
        await world.SendAsync(Leave, new VisitMessage("A13", "C4", Time(18, 9)) { Admitted = Time(16), Place = "ICU^2^1" });
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtTransfer, EventTypes.AdtAdmit, EventTypes.AdtDischarge, EventTypes.AdtCancel], told.Select(e => e.Type));
    }

    [Fact]
    public async Task An_opt_out_that_stops_a_cancel_on_its_way_takes_along_what_is_not_so()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit);
        Assert.Single(await world.ToldAsync());
        await world.SendAsync(new VisitMessage("A11", "C2", Time(16, 9)) { Admitted = Time(16) });
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtCancel], world.Gateway.Events("adt").Select(e => e.Type));
        await world.OptAsync(true, 14);
        var told = await world.ToldAsync();
        Assert.All(told.Take(2), e => Assert.NotNull(e.Withdrawn));
        await world.OptAsync(false, 15);
        Assert.Equal(3, (await world.ToldAsync()).Count);
        Assert.Empty(await world.StandingAsync());
    }

    [Fact]
    public async Task An_opt_out_between_two_events_leaves_what_was_read_and_brings_the_rest_when_it_is_revoked()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit);
        Assert.Single(await world.ToldAsync());
        await world.SendAsync(Leave);
        await world.OptAsync(true, 14);
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtDischarge, EventTypes.Withdrawn("adt")], await world.TypesAsync());
        await world.OptAsync(false, 15);
        var told = await world.ToldAsync();
        Assert.Equal(EventTypes.AdtDischarge, told[^1].Type);
        Assert.Equal([null, 3L, null, null], told.Select(e => e.Withdrawn));
        // Whoever turns out to be another human is taken back with all that was read, too.
        await world.SendAsync(Leave with { Trigger = "A08", Control = "C9", Time = Time(18, 9), Mrn = "77", Name = "Wood^Eve", Born = "19710203" });
        Assert.All((await world.ToldAsync()).Where(e => e.Type != EventTypes.Withdrawn("adt")), e => Assert.NotNull(e.Withdrawn));
    }

    [Fact]
    public async Task What_is_said_of_a_person_and_no_visit_is_an_update_and_the_latest_counts_whichever_comes_last()
    {
        await using var world = await StartAsync();
        var later = new VisitMessage("A31", "C2", Time(17)) { Name = "Moore^Ada^M" };
        await world.SendAsync(later, later with { Control = "C1", Time = Time(16), Name = "Moore^Ada" }, later with { Control = "C3" });
        var told = Assert.Single(await world.ToldAsync());
        Assert.Equal((EventTypes.AdtUpdate, "C2", "A31", null), (told.Type, told.SourceMessageId, told.Adt!.Trigger, told.Adt.Episode));
        Assert.Equal(["processed", "superseded", "unchanged"], world.Outcomes());
    }

    [Fact]
    public async Task A_message_about_two_visits_makes_an_event_of_each_and_one_acceptance()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Admit with { Control = "C2", Visit = "V2", Mrn = "10", Name = "Wood^Eve", Born = "19710203", Place = "5S^1^1" });
        var swap = new VisitMessage("A17", "C3", Time(17)) { Admitted = Time(16), Place = "5S^1^1", Prior = "4N^401^1" };
        var other = swap with { Visit = "V2", Mrn = "10", Name = "Wood^Eve", Born = "19710203", Place = "4N^401^1", Prior = "5S^1^1" };
        var second = other.ToString().Split('\r').Where(s => s.StartsWith("PID", StringComparison.Ordinal) || s.StartsWith("PV1", StringComparison.Ordinal));
        await world.Gateway.AdtAsync(swap + string.Join('\r', second) + "\r");
        await world.Gateway.DrainAsync();
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtTransfer], await world.TypesAsync());
        Assert.Equal(2, (await world.VisitAsync("V2")).Milestones.Length);
        Assert.Equal(["processed", "processed", "processed"], world.Outcomes());
    }

    [Fact]
    public async Task A_number_that_is_used_for_everybody_is_held_and_stops_no_other()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit);
        await world.OverrunAsync("V1");
        await world.SendAsync(Leave, Admit with { Control = "C9", Visit = "V2" });
        Assert.Equal([EventTypes.AdtAdmit, EventTypes.AdtAdmit], await world.TypesAsync());
        Assert.Equal(1, world.Gateway.Engine.Reader.Status().Held[ReasonCodes.VisitOverrun]);
        Assert.Equal(["processed", ReasonCodes.VisitOverrun, "processed"], world.Outcomes());
        await world.SendAsync(Leave);
        Assert.Equal(ReasonCodes.DuplicateMessage, world.Outcomes()[^1]);
    }

    [Fact]
    public async Task A_visit_that_is_called_off_takes_back_all_that_was_told_of_it()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit, Move, new VisitMessage("A11", "C3", Time(17, 9)) { Admitted = Time(16) });
        var told = await world.ToldAsync();
        Assert.Equal([told[0].Id, told[1].Id], told[^1].Adt!.Cancels);
    }

    [Fact]
    public async Task A_second_cancel_names_only_what_was_told_since_the_first()
    {
        await using var world = await StartAsync();
        var stay = new VisitMessage("A13", "C4", Time(18, 9)) { Admitted = Time(16), Place = "ICU^2^1" };
        await world.SendAsync(
            Admit, Leave, stay, Leave with { Control = "C5", Time = Time(19), Discharged = Time(19) }, stay with { Control = "C6", Time = Time(19, 9) });
        var told = (await world.ToldAsync()).Where(e => e.Type is EventTypes.AdtDischarge or EventTypes.AdtCancel).ToList();
        Assert.Equal([EventTypes.AdtDischarge, EventTypes.AdtCancel, EventTypes.AdtDischarge, EventTypes.AdtCancel], told.Select(e => e.Type));
        Assert.Equal([told[2].Id], told[3].Adt!.Cancels);
    }

    [Fact]
    public async Task Who_holds_a_visit_of_which_nothing_was_told_but_an_update_hears_that_it_was_called_off()
    {
        await using var world = await StartAsync();
        await world.SendAsync(Admit with { Trigger = "A08" }, new VisitMessage("A11", "C2", Time(16, 9)) { Admitted = Time(16) });
        var told = await world.ToldAsync();
        Assert.Equal([EventTypes.AdtUpdate, EventTypes.AdtCancel], told.Select(e => e.Type));
        Assert.Equal(("cancelled", null), (told[1].Adt!.Status, told[1].Adt!.Cancels));
    }

    private static string Sent(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture) + "+0000";
}
