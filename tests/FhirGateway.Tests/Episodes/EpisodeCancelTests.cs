using FhirGateway.Episodes;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

/// <summary>Each cancel takes back what it names and nothing else, whenever it comes.</summary>
public sealed class EpisodeCancelTests
{
    private static readonly EpisodeEvent Admit = Event("A01", "10:00", "I", "4W-12-A");
    private static readonly EpisodeEvent Arrival = Event("A04", "08:00", "E", "ED-1");

    [Fact]
    public void A_cancelled_admission_calls_the_visit_off()
    {
        var after = Fold(Admit, Event("A11", "11:00"));
        Assert.Equal("cancelled", after.Status);
        Assert.Equal(["-Admit", "+Cancelled"], News(Fold(Admit), after));
        Assert.Equal((At("10:00"), (Moment?)null, Admit.Order), (after.Start, after.End, after.Latest));
        Assert.Equal(["4W-12-A completed -"], after.Trail());
    }

    [Fact]
    public void A_cancel_that_comes_first_waits_for_its_target()
    {
        var cancel = Event("A11", "11:00");
        Assert.Equal("cancelled", Fold(cancel).Status);
        Assert.Empty(News(Fold(cancel), Fold(cancel, Admit)));
        var back = Event("A12", "13:00", "I", "4W-12-A");
        var waiting = Fold(Admit, back);
        Assert.Equal(["Admit"], waiting.Kinds());
        Assert.Empty(News(waiting, Fold(Admit, back, Event("A02", "12:00", "I", "5W"))));
    }

    [Fact]
    public void With_the_time_of_its_target_a_cancel_is_the_later_of_the_two()
    {
        Assert.Equal("cancelled", Fold(Admit, Event("A11", "10:00", recorded: "11:00")).Status);
        Assert.Equal("in-progress", Fold(Admit, Event("A03", "16:00"), Event("A13", "16:00", recorded: "17:00")).Status);
        // Recorded in the same second, and its control id sorts before.
        Assert.Equal("cancelled", Fold(Event("A01", "10:00", id: "9"), Event("A11", "10:00", id: "10")).Status);
        // The target's time has seconds, the cancel's has not.
        Assert.Equal("cancelled", Fold(Event("A01", "10:00:35"), Event("A11", "10:00", recorded: "11:00")).Status);
    }

    [Fact]
    public void A_visit_that_was_called_off_and_admitted_again_goes_on()
    {
        var cancel = Event("A11", "10:00", recorded: "11:00");
        var again = Event("A01", "10:00", "I", "4W-12-A", recorded: "11:30", id: "2");
        var after = Fold(Admit, cancel, again);
        Assert.Equal(("in-progress", again.Order), (after.Status, after.Latest));
        Assert.Equal(["-Cancelled", "+Admit"], News(Fold(Admit, cancel), after));
        Assert.Equal("cancelled", Fold(Admit, cancel, again, Event("A11", "10:00", recorded: "12:00", id: "2")).Status);
        var later = Fold(Admit, Event("A11", "11:00"), Event("A01", "12:00"));
        Assert.Equal(("in-progress", At("12:00")), (later.Status, later.Start));
    }

    [Fact]
    public void Updates_and_leftovers_do_not_revive_a_visit_that_was_called_off()
    {
        var cancel = Event("A11", "11:00");
        foreach (var trigger in (string[])["A02", "A03", "A06", "A08", "A10", "A13", "A21"])
        {
            Assert.Equal("cancelled", Fold(Admit, cancel, Event(trigger, "12:00")).Status);
            Assert.Equal("cancelled", Fold(Admit, Event(trigger, "10:30"), cancel).Status);
            Assert.Equal("cancelled", Fold(Event(trigger, "10:30"), cancel).Status);
        }
    }

    [Fact]
    public void Milestones_of_a_visit_that_was_called_off_are_all_taken_back()
    {
        var transfer = Event("A02", "10:30", "I", "5W");
        Assert.Equal(["-Admit", "-Transfer", "+Cancelled"], News(Fold(Admit, transfer), Fold(Admit, transfer, Event("A11", "11:00"))));
    }

    [Fact]
    public void A_cancelled_admission_leaves_the_emergency_visit_before_it()
    {
        var update = Event("A08", "10:30", "I", "4W-12-A") with { AttendingName = "Bo" };
        var transfer = Event("A02", "10:45", "I", "5W");
        var before = Fold(Arrival, Admit, update, transfer);
        Assert.Equal(["EdArrival", "EdToInpatient", "Transfer"], before.Kinds());
        var after = Fold(Arrival, Admit, update, transfer, Event("A11", "11:00", "E"));
        Assert.Equal(("in-progress", "EMER", Arrival.Order), (after.Status, after.Class.Code, after.Latest));
        Assert.Equal(["-EdToInpatient", "-Transfer"], News(before, after));
        Assert.Equal(["ED-1 active 08:00-"], after.Trail());
        Assert.Null(after.AttendingName);
        Assert.Equal(Event("A08", "12:00", "E").Order, Fold(Arrival, Admit, Event("A11", "11:00", "E"), Event("A08", "12:00", "E")).Latest);
    }

    [Fact]
    public void What_is_recorded_after_the_cancel_rests_on_what_is_left()
    {
        var update = Event("A08", "12:00", "E", "ED-2");
        var after = Fold(Arrival, Admit, Event("A07", "10:30", "O"), Event("A11", "11:00", "E"), update);
        Assert.Equal(("EMER", update.Order), (after.Class.Code, after.Latest));
        Assert.Equal(["ED-1 completed 08:00-12:00", "ED-2 active 12:00-"], after.Trail());
    }

    [Fact]
    public void An_A06_is_an_admission_that_can_be_cancelled()
    {
        var after = Fold(Arrival, Event("A06", "10:00", "I"), Event("A11", "11:00", "E"));
        Assert.Equal(("in-progress", "EMER"), (after.Status, after.Class.Code));
        Assert.Equal(["EdArrival"], after.Kinds());
    }

    [Fact]
    public void An_admission_that_two_events_tell_of_is_cancelled_in_both()
    {
        Assert.Equal(["EdArrival"], Fold(Arrival, Event("A06", "10:00", "I"), Event("A01", "10:05", "I"), Event("A11", "11:00", "E")).Kinds());
        var arrivedByA01 = Fold(Event("A01", "08:00", "E"), Event("A01", "10:00", "I"), Event("A11", "11:00", "E"));
        Assert.Equal(("in-progress", "EMER"), (arrivedByA01.Status, arrivedByA01.Class.Code));
        Assert.Equal(["Admit"], Fold(Admit, Event("A07", "10:20", "O"), Event("A06", "10:40", "I"), Event("A11", "11:00", "O")).Kinds().Where(k => k == "Admit"));
    }

    [Fact]
    public void A_cancelled_admission_of_a_planned_visit_leaves_it_planned()
    {
        var after = Fold(Event("A05", "08:00", "P"), Admit, Event("A11", "11:00"));
        Assert.Equal(("planned", "PRENC"), (after.Status, after.Class.Code));
        Assert.Equal(["Preadmit"], after.Kinds());
    }

    [Fact]
    public void A_cancel_sent_twice_cancels_once()
    {
        var cancel = Event("A11", "11:00", "E");
        Assert.Equal("in-progress", Fold(Arrival, Admit, cancel, Event("A11", "11:00", "E", id: "2")).Status);
        Assert.Equal("cancelled", Fold(Arrival, Admit, cancel, Event("A11", "11:30", "E", id: "3")).Status);
        var two = (EpisodeEvent[])[Admit, Event("A02", "12:00", "I", "5W"), Event("A02", "13:00", "I", "6W")];
        var back = Event("A12", "14:00");
        Assert.Equal(["Admit", "Transfer"], Fold([.. two, back, Event("A12", "14:00", id: "2")]).Kinds());
        Assert.Equal(["Admit"], Fold([.. two, back, Event("A12", "14:30", id: "2")]).Kinds());
    }

    [Fact]
    public void An_admission_told_twice_is_cancelled_once()
    {
        Assert.Equal("cancelled", Fold(Admit, Event("A01", "10:00", id: "2"), Event("A11", "11:00")).Status);
        Assert.Equal("cancelled", Fold(Admit, Event("A01", "10:05", id: "2"), Event("A11", "11:00")).Status);
    }

    [Fact]
    public void A_cancelled_transfer_brings_the_patient_back()
    {
        var transfer = Event("A02", "12:00", "I", "5W-1-A");
        var shown = Event("A08", "12:30", "I", "5W-1-A");
        var after = Fold(Admit, transfer, shown, Event("A12", "13:00", "I", "4W-12-A"));
        Assert.Equal(["4W-12-A active 10:00-"], after.Trail());
        Assert.Equal(["-Transfer"], News(Fold(Admit, transfer, shown), after));
        // What an update says after the cancel counts.
        Assert.Equal("5W-1-A active 14:00-", Fold(Admit, transfer, Event("A12", "13:00"), Event("A08", "14:00", "I", "5W-1-A")).Trail()[^1]);
    }

    [Fact]
    public void Of_two_transfers_the_latest_is_cancelled_unless_the_cancel_names_the_other()
    {
        var (first, second) = (Event("A02", "12:00", "I", "5W"), Event("A02", "13:00", "I", "6W"));
        Assert.Equal("5W active 12:00-", Fold(Admit, first, second, Event("A12", "14:00")).Trail()[^1]);
        var after = Fold(Admit, first, second, Event("A12", "12:00", recorded: "14:00"));
        Assert.Equal(["4W-12-A completed 10:00-13:00", "6W active 13:00-"], after.Trail());
        Assert.Equal(Place("4W-12-A"), after.Milestones[1].From);
        Assert.Equal(["4W-12-A active 10:00-"], Fold(Admit, first, second, Event("A12", "14:00"), Event("A12", "15:00")).Trail());
    }

    [Fact]
    public void A_cancelled_discharge_reopens_the_visit()
    {
        var discharge = Event("A03", "16:00") with { Discharged = At("15:45"), Disposition = "home" };
        var repeated = Event("A08", "16:30") with { Discharged = At("15:45"), Disposition = "home" };
        var cancel = Event("A13", "17:00");
        var before = Fold(Admit, discharge, repeated);
        Assert.Equal("finished", before.Status);
        var after = Fold(Admit, discharge, repeated, cancel);
        Assert.Equal(("in-progress", (Moment?)null, (string?)null), (after.Status, after.End, after.Disposition));
        Assert.Equal(["-Discharge"], News(before, after));
        Assert.Equal(["4W-12-A active 10:00-"], after.Trail());
        // The old time of discharge, shown once more, is no discharge; a new one is.
        Assert.Equal("in-progress", Fold(Admit, discharge, cancel, Event("A08", "18:00") with { Discharged = At("15:45") }).Status);
        Assert.Equal("finished", Fold(Admit, discharge, cancel, Event("A08", "2 18:00") with { Discharged = At("2 17:00") }).Status);
        var again = Fold(Admit, discharge, cancel, Event("A03", "2 10:00"));
        Assert.Equal(("finished", At("2 10:00"), (string?)null), (again.Status, again.End, again.Disposition));
        Assert.Equal(["+Discharge"], News(after, again));
    }

    [Fact]
    public void All_statements_of_a_discharge_are_cancelled_together()
    {
        Assert.Equal("in-progress", Fold(Admit, Event("A03", "14:00"), Event("A03", "15:00"), Event("A13", "16:00")).Status);
        Assert.Equal("in-progress", Fold(Admit, Event("A08", "15:00") with { Discharged = At("14:30") }, Event("A13", "16:00")).Status);
        Assert.Equal("in-progress", Fold(Event("A03", "15:00"), Event("A13", "16:00")).Status);
    }

    [Fact]
    public void A_death_that_was_told_by_a_cancelled_discharge_is_taken_back()
    {
        var discharge = Event("A03", "16:00") with { IsDeceased = true, Disposition = "exp" };
        var after = Fold(Admit, discharge, Event("A13", "17:00"));
        Assert.Null(after.Death);
        Assert.Equal(["-Discharge", "-Death"], News(Fold(Admit, discharge), after));
    }

    [Fact]
    public void A_cancel_of_discharge_does_not_bring_back_what_was_called_off()
    {
        Assert.Equal("cancelled", Fold(Admit, Event("A03", "16:00"), Event("A11", "17:00"), Event("A13", "18:00")).Status);
        Assert.Equal("cancelled", Fold(Admit, Event("A11", "17:00"), Event("A13", "18:00")).Status);
    }

    [Theory]
    [InlineData("A05", "A38")]
    [InlineData("A05", "A27")]
    [InlineData("A14", "A27")]
    [InlineData("A14", "A38")]
    [InlineData("A05", "A11")]
    [InlineData("A05", "A23")]
    public void A_planned_visit_is_called_off(string plan, string cancel)
    {
        var planned = Event(plan, "08:00", "P");
        var after = Fold(planned, Event("A08", "08:30", "P"), Event(cancel, "09:00", "P"));
        Assert.Equal("cancelled", after.Status);
        Assert.Equal(["-Preadmit", "+Cancelled"], News(Fold(planned), after));
    }

    [Fact]
    public void A_cancelled_preadmission_does_not_touch_the_admission()
    {
        Assert.Equal(("in-progress", "Admit"), (Fold(Event("A05", "08:00", "P"), Admit, Event("A38", "11:00")).Status, Fold(Event("A05", "08:00", "P"), Admit, Event("A38", "11:00")).Kinds()[^1]));
        Assert.Equal("in-progress", Fold(Admit, Event("A38", "11:00")).Status);
        Assert.Equal("in-progress", Fold(Event("A08", "10:00"), Event("A38", "11:00")).Status);
        Assert.Equal("in-progress", Fold(Arrival, Event("A14", "09:00"), Event("A27", "09:30")).Status);
    }

    [Fact]
    public void A_deleted_visit_is_gone_with_all_that_was_told_of_it()
    {
        var before = Fold(Arrival, Admit, Event("A03", "16:00"));
        var after = Fold(Arrival, Admit, Event("A03", "16:00"), Event("A23", "17:00"));
        Assert.Equal("cancelled", after.Status);
        Assert.Equal(["-EdArrival", "-EdToInpatient", "-Discharge", "+Cancelled"], News(before, after));
        Assert.Equal("in-progress", Fold(Arrival, Event("A23", "17:00"), Event("A01", "18:00")).Status);
    }

    [Fact]
    public void Leaves_are_cancelled_one_side_at_a_time()
    {
        var (left, back) = (Event("A21", "12:00"), Event("A22", "14:00"));
        Assert.Equal("in-progress", Fold(Admit, left, Event("A52", "13:00")).Status);
        Assert.Equal(["Admit"], Fold(Admit, left, Event("A52", "13:00")).Kinds());
        Assert.Equal("onleave", Fold(Admit, left, back, Event("A53", "15:00")).Status);
        Assert.Equal(["-LeaveEnd"], News(Fold(Admit, left, back), Fold(Admit, left, back, Event("A53", "15:00"))));
    }

    [Fact]
    public void Tracking_pending_moves_and_attendings_are_cancelled()
    {
        var arrived = Event("A10", "12:00", "I", "5W");
        Assert.Equal(["4W-12-A active 10:00-"], Fold(Admit, arrived, Event("A32", "13:00")).Trail());
        var departed = Event("A09", "12:00") with { TemporaryLocation = Place("OR") };
        Assert.Equal(["4W-12-A active 10:00-"], Fold(Admit, departed, Event("A33", "13:00")).Trail());
        var pending = Event("A16", "12:00") with { PendingLocation = Place("HOME") };
        Assert.Equal(["4W-12-A active 10:00-"], Fold(Admit, pending, Event("A25", "13:00")).Trail());
        var ada = Event("A08", "11:00") with { AttendingName = "Ada" };
        var bo = Event("A54", "12:00") with { AttendingName = "Bo" };
        Assert.Equal("Ada", Fold(Admit, ada, bo, Event("A08", "12:30") with { AttendingName = "Bo" }, Event("A55", "13:00")).AttendingName);
    }

    [Fact]
    public void A_cancel_recorded_before_a_late_entry_does_not_reach_it()
    {
        var transfers = (EpisodeEvent[])[Admit, Event("A02", "12:00", "I", "5W"), Event("A12", "13:00"), Event("A02", "12:30", "I", "6W", recorded: "14:00")];
        Assert.Equal("6W active 12:30-", Fold(transfers).Trail()[^1]);
    }

    [Fact]
    public void A_waiting_cancel_takes_a_target_whose_time_of_recording_is_only_that_of_sending_it_again()
    {
        var resent = Event("A01", "10:00", recorded: "1 09:00");
        Assert.Equal("cancelled", Fold(resent, Event("A11", "11:00")).Status);
        Assert.Equal("in-progress", Fold(Admit, Event("A11", "11:00"), Event("A11", "11:30"), resent).Status);
    }

    [Fact]
    public void Of_several_leaves_only_the_last_is_cancelled()
    {
        EpisodeEvent[] twice = [Admit, Event("A21", "1 10:00"), Event("A22", "2 10:00"), Event("A21", "3 10:00")];
        var cancelled = Fold([.. twice, Event("A52", "3 12:00")]);
        Assert.Equal("in-progress", cancelled.Status);
        Assert.Equal(["Admit", "LeaveStart", "LeaveEnd"], cancelled.Kinds());
        var away = Fold([.. twice, Event("A22", "4 10:00"), Event("A53", "4 12:00")]);
        Assert.Equal("onleave", away.Status);
        Assert.Equal(["Admit", "LeaveStart", "LeaveEnd", "LeaveStart"], away.Kinds());
    }

    [Fact]
    public void Of_several_attendings_only_the_last_is_cancelled()
    {
        var (bo, cy) = (Event("A54", "11:00") with { AttendingName = "Bo" }, Event("A54", "12:00") with { AttendingName = "Cy" });
        Assert.Equal("Bo", Fold(Admit with { AttendingName = "Ada" }, bo, cy, Event("A55", "12:30")).AttendingName);
    }

    [Fact]
    public void Each_cancel_takes_another_target_and_one_sent_twice_takes_one()
    {
        EpisodeEvent[] moved = [Event("A01", "10:00", at: "4W"), Event("A02", "11:00", at: "5W"), Event("A02", "12:00", at: "6W"), Event("A12", "13:00")];
        Assert.Equal(["Admit", "Transfer"], Fold(moved).Kinds());
        Assert.Equal(["Admit", "Transfer"], Fold([.. moved, Event("A12", "13:00", id: "again")]).Kinds());
        Assert.Equal(["Admit"], Fold([.. moved, Event("A12", "14:00")]).Kinds());
    }

    [Fact]
    public void A_cancel_with_a_time_before_all_that_it_could_cancel_takes_the_latest()
    {
        var episode = Fold(Event("A01", "10:00", at: "4W"), Event("A02", "11:00", at: "5W"), Event("A02", "12:00", at: "6W"), Event("A12", "10:30", recorded: "13:00"));
        Assert.Equal("GEN|wa:5W", Assert.Single(episode.Milestones, m => m.Kind == MilestoneKind.Transfer).To);
    }

    [Fact]
    public void A_preadmission_that_is_called_off_takes_no_arrival_away()
    {
        var arrived = Event("A04", "10:00", "E");
        Assert.Equal(["EdArrival"], Fold(arrived, Event("A38", "11:00", "E")).Kinds());
        Assert.Equal(["EdArrival"], Fold(arrived, Event("A01", "12:00"), Event("A11", "13:00")).Kinds());
    }
}
