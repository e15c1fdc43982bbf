using FhirGateway.Episodes;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

/// <summary>Conversions between classes, and observation.</summary>
public sealed class EpisodeClassTests
{
    [Theory]
    [InlineData("A01", "I")]
    [InlineData("A06", "I")]
    [InlineData("A06", "E")]
    [InlineData("A08", "I")]
    [InlineData("A02", "I")]
    public void An_emergency_visit_becomes_a_stay_by_whichever_message_says_so(string trigger, string patientClass)
    {
        var arrival = Event("A04", "10:00", "E", "ED-1");
        var change = Event(trigger, "14:00", patientClass, "ED-1") with { Admitted = At("14:00") };
        var (before, after) = (Fold(arrival), Fold(arrival, change));
        Assert.Equal(("in-progress", "IMP", At("10:00")), (after.Status, after.Class.Code, after.Start));
        Assert.Equal(["+EdToInpatient"], News(before, after));
        Assert.Equal(["EMER", "IMP"], after.ClassCodes());
        Assert.Equal((At("10:00"), At("14:00")), (after.Classes[0].Start, after.Classes[0].End));
        Assert.Equal((At("14:00"), (Moment?)null), (after.Classes[1].Start, after.Classes[1].End));
        var told = after.Milestones[1];
        Assert.Equal(("EMER", "IMP", At("14:00")), (told.From, told.To, told.At));
    }

    [Fact]
    public void A_conversion_is_told_once_though_several_messages_show_it()
    {
        var episode = Fold(Event("A04", "10:00", "E"), Event("A08", "13:59", "I"), Event("A06", "14:00", "I"), Event("A01", "14:05", "I"));
        Assert.Equal(["EdArrival", "EdToInpatient"], episode.Kinds());
        Assert.Equal(["EMER", "IMP"], episode.ClassCodes());
    }

    [Fact]
    public void An_outpatient_who_becomes_an_inpatient_is_admitted()
    {
        var registered = Event("A04", "10:00", "O");
        Assert.Equal(["+Admit"], News(Fold(registered), Fold(registered, Event("A06", "14:00", "I"))));
        Assert.Equal(["+Admit"], News(Fold(registered), Fold(registered, Event("A08", "14:00", "I"))));
        Assert.Equal(["+Admit"], News(Fold(registered), Fold(registered, Event("A01", "14:00", "I"))));
    }

    [Theory]
    [InlineData("A07", "O", "AMB")]
    [InlineData("A07", "I", "AMB")]
    [InlineData("A07", "OBS", "OBSENC")]
    [InlineData("A08", "OBS", "OBSENC")]
    public void An_inpatient_becomes_an_outpatient(string trigger, string patientClass, string code)
    {
        var admit = Event("A01", "10:00");
        var after = Fold(admit, Event(trigger, "15:00", patientClass));
        Assert.Equal(["+InpatientToOutpatient"], News(Fold(admit), after));
        Assert.Equal(["IMP", code], after.ClassCodes());
        Assert.Equal(code, after.Class.Code);
    }

    [Fact]
    public void A_class_that_is_not_known_changes_nothing()
    {
        var episode = Fold(Event("A01", "10:00"), Event("A08", "11:00", ""), Event("A08", "12:00", "U"), Event("A08", "13:00", "P"));
        Assert.Equal(["IMP"], episode.ClassCodes());
        Assert.Equal(["Admit"], episode.Kinds());
        var filled = Fold(Event("A08", "10:00", ""), Event("A08", "11:00", "I"));
        Assert.Equal(["IMP"], filled.ClassCodes());
        Assert.Empty(filled.Milestones);
    }

    [Fact]
    public void Observation_has_hours_up_to_its_conversion()
    {
        var (arrival, observed) = (Event("A04", "10:00", "E"), Event("A08", "14:00", "OBS"));
        var open = Fold(arrival, observed);
        Assert.Equal(["EdArrival", "ObservationStart"], open.Kinds());
        Assert.Null(open.ObservationHours);
        var converted = Fold(arrival, observed, Event("A06", "1 20:30", "I"));
        Assert.Equal(30.5, converted.ObservationHours);
        Assert.Equal(["+ObservationToInpatient"], News(open, converted));
        Assert.Equal(["EMER", "OBSENC", "IMP"], converted.ClassCodes());
        Assert.Equal(30.5, Fold(arrival, observed, Event("A06", "1 20:30", "I"), Event("A03", "4 10:00", "I")).ObservationHours);
    }

    [Fact]
    public void Observation_has_hours_up_to_its_discharge()
    {
        var observed = Event("A04", "10:00", "OBS") with { Admitted = At("09:00") };
        var episode = Fold(observed, Event("A03", "1 12:00", "OBS") with { Discharged = At("1 11:00") });
        Assert.Equal(26, episode.ObservationHours);
        Assert.Equal(["ObservationStart", "Discharge"], episode.Kinds());
        Assert.Null(Fold(Event("A01", "10:00"), Event("A03", "11:00")).ObservationHours);
    }

    [Fact]
    public void A_class_that_is_corrected_after_the_discharge_does_not_outlast_the_visit()
    {
        var episode = Fold(Event("A01", "10:00"), Event("A03", "1 10:00"), Event("A08", "2 10:00", "OBS"));
        Assert.Equal(("finished", "OBSENC", At("1 10:00")), (episode.Status, episode.Class.Code, episode.End));
        Assert.All(episode.Classes, c => Assert.True(c.Start!.Value.Instant <= c.End!.Value.Instant && c.End.Value.Instant <= episode.End!.Value.Instant));
    }

    [Fact]
    public void A_late_message_finds_its_place_among_the_classes()
    {
        var converted = Event("A06", "14:00", "I");
        var late = Fold(Event("A04", "10:00", "E"), converted);
        Assert.Equal(["+EdArrival", "+EdToInpatient"], News(null, late));
        Assert.Equal(["-Admit", "+EdArrival", "+EdToInpatient"], News(Fold(converted), late));
    }

    [Fact]
    public void Corrections_of_the_admission_move_the_beginning_and_its_first_class()
    {
        var episode = Fold(Event("A01", "10:00", "I", "4W"), Event("A08", "11:00", "I") with { Admitted = At("08:30") });
        Assert.Equal((At("08:30"), At("08:30")), (episode.Start, episode.Classes[0].Start));
        Assert.Equal(["4W active 08:30-"], episode.Trail());
    }

    [Theory]
    [InlineData("A06")]
    [InlineData("A01")]
    public void Who_was_made_an_outpatient_and_is_an_inpatient_again_is_told_each_time(string back)
    {
        EpisodeEvent[] events = [Event("A01", "10:00"), Event("A07", "1 10:00", "O"), Event(back, "2 10:00"), Event("A07", "3 10:00", "O"), Event("A06", "4 10:00")];
        var episode = Fold(events);
        Assert.Equal(["Admit", "InpatientToOutpatient", "OutpatientToInpatient", "InpatientToOutpatient", "OutpatientToInpatient"], episode.Kinds());
        Assert.Equal(episode.Milestones.Length, episode.Milestones.Select(m => m.Name).Distinct().Count());
        Assert.Equal(["IMP", "AMB", "IMP", "AMB", "IMP"], episode.ClassCodes());
        Assert.Equal(["+OutpatientToInpatient"], News(Fold(events[..2]), Fold(events[..3])));
        // Said twice it is told once.
        Assert.Equal(3, Fold([.. events[..3], Event(back, "2 11:00", id: "again")]).Milestones.Length);
    }

    [Fact]
    public void Updates_that_show_one_class_in_turn_with_another_tell_it_once() => Assert.Equal(
        ["Admit", "InpatientToOutpatient"],
        Fold(Event("A01", "10:00"), Event("A08", "11:00", "O"), Event("A08", "12:00"), Event("A08", "13:00", "O"), Event("A08", "14:00")).Kinds());
}
