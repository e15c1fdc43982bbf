using FhirGateway.Episodes;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

/// <summary>What each event does with a visit.</summary>
public sealed class EpisodeFoldTests
{
    [Fact]
    public void Nothing_folds_to_nothing() => Assert.Empty(EpisodeFold.Fold([]));

    [Theory]
    [InlineData("A01", "I", "in-progress", "Admit")]
    [InlineData("A01", "E", "in-progress", "EdArrival")]
    [InlineData("A01", "O", "in-progress", "Admit")]
    [InlineData("A01", "OBS", "in-progress", "ObservationStart")]
    [InlineData("A01", "", "in-progress", "Admit")]
    [InlineData("A02", "I", "in-progress", "Transfer")]
    [InlineData("A03", "I", "finished", "Discharge")]
    [InlineData("A04", "E", "in-progress", "EdArrival")]
    [InlineData("A04", "O", "in-progress", "Register")]
    [InlineData("A04", "OBS", "in-progress", "ObservationStart")]
    [InlineData("A04", "R", "planned", "Register")]
    [InlineData("A04", "P", "planned", "Preadmit")]
    [InlineData("A05", "P", "planned", "Preadmit")]
    [InlineData("A05", "I", "planned", "Preadmit")]
    [InlineData("A06", "I", "in-progress", "Admit")]
    [InlineData("A07", "O", "in-progress", "InpatientToOutpatient")]
    [InlineData("A08", "I", "in-progress", null)]
    [InlineData("A08", "R", "in-progress", null)]
    [InlineData("A08", "P", "planned", null)]
    [InlineData("A09", "I", "in-progress", null)]
    [InlineData("A10", "I", "in-progress", null)]
    [InlineData("A11", "I", "cancelled", "Cancelled")]
    [InlineData("A12", "I", "in-progress", null)]
    [InlineData("A13", "I", "in-progress", null)]
    [InlineData("A14", "I", "planned", "Preadmit")]
    [InlineData("A15", "I", "in-progress", null)]
    [InlineData("A16", "I", "in-progress", null)]
    [InlineData("A17", "I", "in-progress", "Transfer")]
    [InlineData("A20", "I", "unknown", null)]
    [InlineData("A21", "I", "onleave", "LeaveStart")]
    [InlineData("A22", "I", "in-progress", "LeaveEnd")]
    [InlineData("A23", "I", "cancelled", "Cancelled")]
    [InlineData("A25", "I", "in-progress", null)]
    [InlineData("A26", "I", "in-progress", null)]
    [InlineData("A27", "P", "cancelled", "Cancelled")]
    [InlineData("A28", "I", "unknown", null)]
    [InlineData("A31", "I", "unknown", null)]
    [InlineData("A32", "I", "in-progress", null)]
    [InlineData("A33", "I", "in-progress", null)]
    [InlineData("A38", "P", "cancelled", "Cancelled")]
    [InlineData("A44", "I", "unknown", null)]
    [InlineData("A45", "I", "unknown", null)]
    [InlineData("A52", "I", "in-progress", null)]
    [InlineData("A53", "I", "in-progress", null)]
    [InlineData("A54", "I", "in-progress", null)]
    [InlineData("A55", "I", "in-progress", null)]
    [InlineData("Z99", "I", "unknown", null)]
    public void An_event_of_which_nothing_else_is_known_says_as_much_as_it_can(string trigger, string patientClass, string status, string? milestone)
    {
        var episode = Fold(Event(trigger, "10:00", patientClass, "4W-12-A"));
        Assert.Equal(status, episode.Status);
        Assert.Equal(milestone is null ? [] : [milestone], episode.Kinds());
        Assert.Equal(1, episode.Events);
        Assert.Equal(Visit, episode.Key);
        Assert.False(episode.IsClosedByRule);
    }

    [Fact]
    public void A_stay_from_admission_to_discharge()
    {
        var admit = Event("A01", "10:00", "I", "4W-12-A") with { Admitted = At("09:45"), AdmitSource = "emd", AdmissionType = "E", AttendingNpi = "1", AttendingName = "Ada" };
        var discharge = Event("A03", "3 16:00", "I") with { Discharged = At("3 15:30"), Disposition = "home" };
        var episode = Fold(admit, discharge);
        Assert.Equal(("finished", At("09:45"), At("3 15:30")), (episode.Status, episode.Start, episode.End));
        Assert.Equal(("home", "emd", "E", "Ada"), (episode.Disposition, episode.AdmitSource, episode.AdmissionType, episode.AttendingName));
        Assert.Equal(["Admit", "Discharge"], episode.Kinds());
        Assert.Equal(At("3 15:30"), episode.Milestones[1].At);
        Assert.Equal(["4W-12-A completed 09:45-15:30"], episode.Trail());
        Assert.Equal((discharge.Order, discharge.Entry), (episode.Latest, episode.LatestEntry));
    }

    [Fact]
    public void Without_times_of_its_own_the_visit_runs_from_event_to_event()
    {
        var episode = Fold(Event("A01", "10:00"), Event("A03", "16:00"));
        Assert.Equal((At("10:00"), At("16:00")), (episode.Start, episode.End));
    }

    [Fact]
    public void An_update_changes_what_it_says_and_no_milestone()
    {
        var admit = Event("A01", "10:00", "I", "4W-12-A") with { AttendingName = "Ada", AdmitSource = "emd" };
        var update = Event("A08", "12:00", "I", "4W-12-A") with { AttendingName = "Bo" };
        var (before, after) = (Fold(admit), Fold(admit, update));
        Assert.Equal(("Bo", "emd", update.Order), (after.AttendingName, after.AdmitSource, after.Latest));
        Assert.Empty(News(before, after));
    }

    [Fact]
    public void An_update_older_than_what_is_known_overwrites_nothing()
    {
        var old = Event("A08", "10:30", "I", "4W-12-A") with { AttendingName = "Ada", Admitted = At("10:00") };
        var newer = Event("A08", "12:00", "I", "5W-1-A") with { AttendingName = "Bo", Admitted = At("09:00") };
        var episode = Fold(Event("A01", "10:00", "I", "4W-12-A"), newer, old);
        Assert.Equal(("Bo", At("09:00"), newer.Order), (episode.AttendingName, episode.Start, episode.Latest));
        Assert.Equal(["4W-12-A completed 09:00-12:00", "5W-1-A active 12:00-"], episode.Trail());
    }

    [Fact]
    public void An_update_with_a_time_of_discharge_finishes_the_visit()
    {
        var update = Event("A08", "18:00") with { Discharged = At("17:00"), Disposition = "snf" };
        var episode = Fold(Event("A01", "10:00"), update);
        Assert.Equal(("finished", At("17:00"), "snf"), (episode.Status, episode.End, episode.Disposition));
        Assert.Equal(["Admit", "Discharge"], episode.Kinds());
    }

    [Fact]
    public void An_update_with_a_time_of_discharge_to_come_does_not()
    {
        var episode = Fold(Event("A01", "10:00"), Event("A08", "18:00") with { Discharged = At("2 10:00"), Disposition = "snf" });
        Assert.Equal(("in-progress", (Moment?)null, (string?)null), (episode.Status, episode.End, episode.Disposition));
    }

    [Fact]
    public void A_patient_who_stays_on_is_not_discharged()
    {
        var episode = Fold(Event("A01", "10:00"), Event("A03", "3 10:00") with { StaysOn = true, Disposition = "local:30", Discharged = At("3 10:00") });
        Assert.Equal(("in-progress", (Moment?)null, (string?)null), (episode.Status, episode.End, episode.Disposition));
        Assert.Equal(["Admit"], episode.Kinds());
    }

    [Fact]
    public void A_discharge_that_comes_first_is_a_finished_visit_and_a_late_admission_fills_in_its_beginning()
    {
        var discharge = Event("A03", "3 16:00", "I", "4W-12-A");
        var alone = Fold(discharge);
        Assert.Equal(("finished", (Moment?)null, At("3 16:00")), (alone.Status, alone.Start, alone.End));
        var both = Fold(discharge, Event("A01", "10:00", "I", "4W-12-A"));
        Assert.Equal(("finished", At("10:00"), At("3 16:00")), (both.Status, both.Start, both.End));
        Assert.Equal(["+Admit"], News(alone, both));
    }

    [Fact]
    public void An_admission_after_the_discharge_does_not_reopen_the_visit()
    {
        var episode = Fold(Event("A01", "10:00"), Event("A03", "12:00"), Event("A01", "13:00", id: "2"));
        Assert.Equal(("finished", At("12:00")), (episode.Status, episode.End));
        Assert.Equal(["Admit", "Discharge"], episode.Kinds());
    }

    [Fact]
    public void An_admission_told_twice_is_one()
    {
        var once = Fold(Event("A01", "10:00"));
        var twice = Fold(Event("A01", "10:00"), Event("A01", "10:00", id: "2"));
        Assert.Equal(["Admit"], twice.Kinds());
        Assert.Empty(News(once, twice));
    }

    [Fact]
    public void Of_two_discharges_the_latest_counts_and_it_is_one_event()
    {
        var first = Fold(Event("A01", "10:00"), Event("A03", "14:00"));
        var both = Fold(Event("A01", "10:00"), Event("A03", "14:00"), Event("A03", "15:00"));
        Assert.Equal((At("15:00"), "finished"), (both.End, both.Status));
        Assert.Equal(["Admit", "Discharge"], both.Kinds());
        Assert.Equal(At("15:00"), both.Milestones[1].At);
        Assert.Empty(News(first, both));
    }

    [Fact]
    public void A_time_of_discharge_before_the_admission_is_not_believed()
    {
        var episode = Fold(Event("A01", "10:00") with { Admitted = At("10:00") }, Event("A03", "16:00") with { Discharged = At("08:00") });
        Assert.Equal((At("10:00"), At("16:00")), (episode.Start, episode.End));
        var hopeless = Fold(Event("A01", "10:00") with { Admitted = At("3 10:00") }, Event("A03", "16:00"));
        Assert.Equal(((Moment?)null, At("16:00")), (hopeless.Start, hopeless.End));
        var day = Fold(Event("A01", "10:00"), Event("A03", "16:00") with { Discharged = Day(0) });
        Assert.Equal((At("10:00"), Day(0)), (day.Start, day.End));
    }

    [Fact]
    public void A_planned_visit_begins_with_its_admission()
    {
        var plan = Event("A05", "08:00", "I", "4W") with { ExpectedAdmit = At("7 07:00") };
        var planned = Fold(plan);
        Assert.Equal(("planned", "PRENC", (Moment?)null, At("7 07:00")), (planned.Status, planned.Class.Code, planned.Start, planned.ExpectedStart));
        Assert.Equal(["4W planned -"], planned.Trail());
        var admitted = Fold(plan, Event("A01", "7 07:10", "I", "4W-12-A"));
        Assert.Equal(("in-progress", "IMP", At("7 07:10")), (admitted.Status, admitted.Class.Code, admitted.Start));
        Assert.Equal(["PRENC", "IMP"], admitted.ClassCodes());
        Assert.Equal(["4W-12-A active 07:10-"], admitted.Trail());
        Assert.Equal(["+Admit"], News(planned, admitted));
        Assert.Null(admitted.ExpectedStart);
    }

    [Fact]
    public void Updates_of_a_planned_visit_leave_it_planned_until_one_shows_that_the_patient_has_come()
    {
        var plan = Event("A05", "08:00", "I", "4W");
        Assert.Equal("planned", Fold(plan, Event("A08", "09:00", "P")).Status);
        Assert.Equal("planned", Fold(plan, Event("A08", "09:00", "I") with { Admitted = At("7 07:00") }).Status);
        var moved = Fold(plan, Event("A08", "09:00", "I", "5W") with { ExpectedAdmit = At("7 07:00") });
        Assert.Equal(("planned", "PRENC", At("7 07:00")), (moved.Status, moved.Class.Code, moved.ExpectedStart));
        Assert.Equal(["5W planned -"], moved.Trail());
        var come = Fold(plan, Event("A08", "7 09:00", "I") with { Admitted = At("7 07:00") });
        Assert.Equal(("in-progress", "IMP", At("7 07:00")), (come.Status, come.Class.Code, come.Start));
        // It is for the admission itself to tell of it.
        Assert.Equal(["Preadmit"], come.Kinds());
        Assert.Equal("in-progress", Fold(Event("A05", "08:00", "P"), Event("A08", "7 09:00", "I")).Status);
    }

    [Fact]
    public void A_series_that_was_registered_begins_with_a_visit()
    {
        var series = Event("A04", "08:00", "R");
        Assert.Equal(["Register"], Fold(series, Event("A04", "7 08:00", "O")).Kinds());
        Assert.Equal(["Register", "EdArrival"], Fold(series, Event("A04", "7 08:00", "E")).Kinds());
    }

    [Fact]
    public void A_pending_admission_of_somebody_in_the_emergency_department_reserves_a_bed_and_plans_nothing()
    {
        var episode = Fold(Event("A04", "10:00", "E", "ED"), Event("A14", "12:00", "I") with { PendingLocation = Place("4W-12") });
        Assert.Equal(("in-progress", "EMER"), (episode.Status, episode.Class.Code));
        Assert.Equal(["EdArrival"], episode.Kinds());
    }

    [Fact]
    public void A_pending_admission_alone_of_somebody_who_has_come_is_a_visit_that_goes_on()
    {
        var pending = Event("A14", "12:00", "E", "ED-3") with { Admitted = At("10:00"), PendingLocation = Place("4W-12") };
        var episode = Fold(pending);
        Assert.Equal(("in-progress", "EMER", At("10:00")), (episode.Status, episode.Class.Code, episode.Start));
        Assert.Equal(["EdArrival"], episode.Kinds());
        Assert.Equal(["ED-3 active -", "4W-12 reserved -"], episode.Trail());
        Assert.Equal(["EdArrival", "EdToInpatient"], Fold(pending, Event("A06", "13:00", "I", "4W-12")).Kinds());
        Assert.Equal(["EdArrival"], Fold(Event("A04", "10:00", "E", "ED-1"), pending).Kinds());
        Assert.Equal("ED-1 active 10:00-", Fold(Event("A04", "10:00", "E", "ED-1"), pending).Trail()[0]);
        Assert.Equal(["ObservationStart"], Fold(pending with { Class = ClassOf("OBS") }).Kinds());
        foreach (var ahead in (EpisodeEvent[])[pending with { Admitted = At("1 08:00") }, pending with { Admitted = null }, pending with { Class = ClassOf("I") }])
            Assert.Equal(("planned", "PRENC"), (Fold(ahead).Status, Fold(ahead).Class.Code));
    }

    [Fact]
    public void A_leave_begins_and_ends()
    {
        var admit = Event("A01", "10:00");
        var (left, back) = (Event("A21", "1 10:00"), Event("A22", "2 10:00"));
        Assert.Equal("onleave", Fold(admit, left, Event("A08", "1 12:00")).Status);
        var returned = Fold(admit, left, back);
        Assert.Equal("in-progress", returned.Status);
        Assert.Equal(["Admit", "LeaveStart", "LeaveEnd"], returned.Kinds());
        Assert.Equal("finished", Fold(admit, left, Event("A03", "3 10:00")).Status);
        Assert.Equal(["Admit", "LeaveStart"], Fold(admit, left, Event("A21", "1 11:00")).Kinds());
        Assert.Equal(2, Fold(admit, left, back, Event("A21", "4 10:00")).Milestones.Count(m => m.Kind == MilestoneKind.LeaveStart));
    }

    [Fact]
    public void A_death_is_told_once()
    {
        var admit = Event("A01", "10:00");
        var died = Event("A08", "2 12:00") with { IsDeceased = true, Death = At("2 11:50") };
        var discharge = Event("A03", "2 14:00") with { IsDeceased = true, Disposition = "exp" };
        var episode = Fold(admit, died, discharge);
        Assert.Equal(At("2 11:50"), episode.Death);
        Assert.Equal(["Admit", "Death", "Discharge"], episode.Kinds());
        Assert.Equal(["+Discharge"], News(Fold(admit, died), episode));
    }

    [Fact]
    public void Who_is_discharged_as_expired_died_then()
    {
        var episode = Fold(Event("A01", "10:00"), Event("A03", "2 14:00") with { Disposition = "exp" });
        Assert.Equal(At("2 14:00"), episode.Death);
        Assert.Equal(["Admit", "Discharge", "Death"], episode.Kinds());
    }

    [Fact]
    public void A_move_to_another_patient_says_whose_it_is_and_nothing_else()
    {
        var admit = Event("A01", "10:00", "I", "4W");
        var moved = Fold(admit, Event("A45", "12:00", "O", patient: "GEN|P2"));
        Assert.Equal(("GEN|P2", "IMP", admit.Order), (moved.PatientKey, moved.Class.Code, moved.Latest));
        Assert.Equal(["Admit"], moved.Kinds());
    }

    [Fact]
    public void Another_attending_is_an_update()
    {
        var admit = Event("A01", "10:00") with { AttendingNpi = "1", AttendingName = "Ada" };
        var change = Event("A54", "12:00") with { AttendingNpi = "2", AttendingName = "Bo" };
        Assert.Equal(("Bo", "2"), (Fold(admit, change).AttendingName, Fold(admit, change).AttendingNpi));
        Assert.Empty(News(Fold(admit), Fold(admit, change)));
    }
}
