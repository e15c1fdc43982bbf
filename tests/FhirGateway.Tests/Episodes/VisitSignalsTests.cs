using System.Collections.Immutable;
using FhirGateway.Episodes;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

/// <summary>Returns, revisits and chains among the visits of one person.</summary>
public sealed class VisitSignalsTests
{
    [Theory]
    [InlineData("30 23:00", true)]
    [InlineData("3 10:00", true)]
    [InlineData("32 00:30", true)]
    [InlineData("33 00:30", false)]
    public void An_admission_within_30_days_of_a_discharge_is_a_return(string again, bool isReturn)
    {
        var signals = Find(Stay(1, "10:00", "2 10:00"), Stay(2, again, null));
        Assert.Equal(isReturn ? [(VisitSignalKind.Return30Days, 2, 1)] : [], signals);
    }

    [Fact]
    public void It_names_the_index_stay_and_when_that_ended()
    {
        var signal = Assert.Single(VisitSignals.Find([Stay(1, "10:00", "2 10:00"), Stay(2, "5 10:00", "6 10:00")]));
        Assert.Equal(new VisitSignal(VisitSignalKind.Return30Days, Id(2), Id(1), At("2 10:00"), At("5 10:00")), signal);
    }

    [Fact]
    public void The_index_is_the_latest_discharge_that_qualifies()
    {
        Assert.Equal(
            [(VisitSignalKind.Return30Days, 2, 1), (VisitSignalKind.Return30Days, 3, 2)],
            Find(Stay(1, "10:00", "2 10:00"), Stay(2, "5 10:00", "7 10:00"), Stay(3, "9 10:00", null)));
        var newborn = Stay(2, "5 10:00", "7 10:00", e => e with { AdmissionType = "N" });
        Assert.Equal([(VisitSignalKind.Return30Days, 3, 1)], Find(Stay(1, "10:00", "2 10:00"), newborn, Stay(3, "9 10:00", null)));
    }

    [Theory]
    [InlineData("C")]
    [InlineData("3")]
    [InlineData("N")]
    [InlineData("4")]
    public void Planned_stays_and_births_are_no_returns(string type) =>
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00"), Stay(2, "5 10:00", null, e => e with { AdmissionType = type })));

    [Fact]
    public void One_can_return_from_a_planned_stay_but_not_from_a_birth_or_a_death()
    {
        Assert.Single(Find(Stay(1, "10:00", "2 10:00", e => e with { AdmissionType = "C" }), Stay(2, "5 10:00", null)));
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00", e => e with { AdmitSource = "born" }), Stay(2, "5 10:00", null)));
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00", e => e with { Disposition = "exp" }), Stay(2, "5 10:00", null)));
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00", e => e with { Death = At("2 09:00") }), Stay(2, "5 10:00", null)));
        Assert.Single(Find(Stay(1, "10:00", "2 10:00", e => e with { Death = At("6 09:00") }), Stay(2, "5 10:00", null)));
    }

    [Fact]
    public void Observation_outpatients_and_visits_that_are_only_planned_are_set_apart()
    {
        foreach (var patientClass in (string[])["OBS", "O", "P"])
        {
            Assert.Empty(Find(Stay(1, "10:00", "2 10:00"), Of(2, patientClass, "5 10:00", null)));
            Assert.Empty(Find(Of(1, patientClass, "10:00", "2 10:00"), Stay(2, "5 10:00", null)));
        }

        Assert.Empty(Find(Stay(1, "10:00", "2 10:00"), Stay(2, "5 10:00", null, e => e with { Status = Episode.Planned })));
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00"), Stay(2, "5 10:00", null, e => e with { Status = Episode.Cancelled })));
    }

    [Fact]
    public void Who_came_as_an_emergency_returns_when_admitted()
    {
        var visit = Fold(Event("A04", "32 20:00", "E"), Event("A06", "33 04:00", "I"));
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00"), new EpisodeSummary(Id(2), 1, 1, visit)));
        visit = Fold(Event("A04", "31 20:00", "E"), Event("A06", "32 04:00", "I"));
        var signal = Assert.Single(VisitSignals.Find([Stay(1, "10:00", "2 10:00"), new EpisodeSummary(Id(2), 1, 1, visit)]));
        Assert.Equal(At("32 04:00"), signal.Begin);
    }

    [Fact]
    public void A_transfer_between_facilities_is_one_stay()
    {
        var left = Stay(1, "10:00", "2 10:00", e => e with { Disposition = "other-hcf" });
        var taken = Stay(2, "2 12:00", "6 10:00", e => e with { Facility = "MERCY" });
        Assert.Empty(Find(left, taken));
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00"), Stay(2, "2 12:00", "6 10:00", e => e with { AdmitSource = "hosp-trans" })));
        var chain = Assert.Single(StayChain.Of([taken, left]));
        Assert.Equal((Id(1), At("10:00"), At("6 10:00")), (chain.Id, chain.Start, chain.End));
        Assert.Equal([Id(1), Id(2)], chain.Visits.Select(v => v.Encounter));
    }

    [Fact]
    public void One_returns_from_the_end_of_the_chain()
    {
        var left = Stay(1, "10:00", "2 10:00", e => e with { Disposition = "other-hcf" });
        var signals = VisitSignals.Find([Stay(3, "40 10:00", null), Stay(2, "2 12:00", "20 10:00"), left]);
        var signal = Assert.Single(signals, s => s.Kind == VisitSignalKind.Return30Days);
        Assert.Equal((Id(3), Id(1), At("20 10:00")), (signal.Visit, signal.Index, signal.IndexEnd));
    }

    [Fact]
    public void Every_visit_of_a_stay_but_the_first_carries_it_on_and_names_its_beginning()
    {
        var first = Stay(1, "10:00", "2 10:00", e => e with { Disposition = "other-hcf" });
        var second = Stay(2, "2 12:00", "6 10:00", e => e with { Facility = "MERCY", Disposition = "other-hcf" });
        var third = Stay(3, "6 13:00", null, e => e with { Facility = "GRACE" });
        Assert.Equal(
            [
                new VisitSignal(VisitSignalKind.StayContinues, Id(2), Id(1), At("2 10:00"), At("2 12:00")),
                new VisitSignal(VisitSignalKind.StayContinues, Id(3), Id(1), At("6 10:00"), At("6 13:00")),
            ],
            VisitSignals.Find([third, first, second]));
    }

    [Fact]
    public void Without_a_code_or_within_more_than_a_day_nothing_is_chained()
    {
        Assert.Equal(2, StayChain.Of([Stay(1, "10:00", "2 10:00"), Stay(2, "2 12:00", null)]).Length);
        Assert.Equal(2, StayChain.Of([Stay(1, "10:00", "2 10:00", e => e with { Disposition = "other-hcf" }), Stay(2, "3 12:00", null)]).Length);
        // Hospice is no hospital.
        Assert.Equal(2, StayChain.Of([Stay(1, "10:00", "2 10:00", e => e with { Disposition = "hosp" }), Stay(2, "2 12:00", null)]).Length);
        // A day without hour reaches up to its end.
        Assert.Single(StayChain.Of([Stay(1, "10:00", "2 10:00", e => e with { Disposition = "other-hcf", End = Day(2) }), Stay(2, "3 12:00", null)]));
    }

    [Theory]
    [InlineData("3 13:00", true)]
    [InlineData("3 13:01", false)]
    [InlineData("14:00", true)]
    public void An_emergency_visit_within_72_hours_of_another_is_a_revisit(string again, bool isRevisit)
    {
        var signals = Find(Of(1, "E", "10:00", "13:00"), Of(2, "E", again, null));
        Assert.Equal(isRevisit ? [(VisitSignalKind.EdRevisit72Hours, 2, 1)] : [], signals);
    }

    [Fact]
    public void An_emergency_visit_that_became_a_stay_is_no_index_but_may_be_a_revisit()
    {
        var admitted = Fold(Event("A04", "10:00", "E"), Event("A06", "12:00", "I"), Event("A03", "1 10:00", "I"));
        Assert.Empty(Find(new EpisodeSummary(Id(1), 1, 1, admitted), Of(2, "E", "2 10:00", null)));
        var later = Fold(Event("A04", "1 10:00", "E"), Event("A06", "1 12:00", "I"));
        Assert.Equal([(VisitSignalKind.EdRevisit72Hours, 2, 1)], Find(Of(1, "E", "10:00", "13:00"), new EpisodeSummary(Id(2), 1, 1, later)));
    }

    [Fact]
    public void A_transfer_between_emergency_departments_is_no_revisit()
    {
        var left = Of(1, "E", "10:00", "13:00", e => e with { Disposition = "other-hcf" });
        Assert.Empty(Find(left, Of(2, "E", "14:00", null)));
    }

    [Fact]
    public void A_visit_is_at_once_a_return_and_a_revisit()
    {
        var signals = Find(Stay(1, "10:00", "2 10:00"), Of(2, "E", "4 10:00", "4 12:00"), Stay(3, "5 10:00", null, e => e with
        {
            Classes = [new ClassPeriod(ClassOf("E"), At("5 10:00"), At("5 14:00")), new ClassPeriod(ClassOf("I"), At("5 14:00"), null)],
        }));
        Assert.Equal([(VisitSignalKind.EdRevisit72Hours, 3, 2), (VisitSignalKind.Return30Days, 3, 1)], signals);
    }

    [Fact]
    public void Visits_without_times_say_nothing()
    {
        Assert.Empty(Find(Stay(1, "10:00", "2 10:00", e => e with { Start = null, End = null }), Stay(2, "5 10:00", null, e => e with { Start = null, Classes = [] })));
        Assert.Empty(VisitSignals.Find([]));
    }

    private static (VisitSignalKind Kind, int Visit, int Index)[] Find(params EpisodeSummary[] visits)
    {
        var signals = VisitSignals.Find(visits);
        Assert.Equal(signals.AsEnumerable(), VisitSignals.Find([.. visits.Reverse()]));
        return [.. signals.Where(s => s.Kind != VisitSignalKind.StayContinues).Select(s => (s.Kind, s.Visit.ToByteArray()[0] + 0, s.Index.ToByteArray()[0] + 0))];
    }

    private static EpisodeSummary Stay(int number, string start, string? end, Func<Episode, Episode>? with = null) => Of(number, "I", start, end, with);

    private static EpisodeSummary Of(int number, string patientClass, string start, string? end, Func<Episode, Episode>? with = null)
    {
        var events = (ImmutableArray<EpisodeEvent>)[Event("A01", start, patientClass)];
        var episode = Fold([.. end is null ? events : events.Add(Event("A03", end, patientClass))]);
        return new EpisodeSummary(Id(number), 1, 1, with is null ? episode : with(episode));
    }

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    [Fact]
    public void Of_a_stay_in_several_hospitals_any_part_that_sets_it_apart_sets_all_of_it_apart()
    {
        var left = Stay(1, "10:00", "2 10:00", e => e with { Disposition = "other-hcf" });
        var taken = Stay(2, "2 12:00", "6 10:00");
        var again = Stay(3, "9 10:00", null);
        Assert.Equal([(VisitSignalKind.Return30Days, 3, 1)], Find(left, taken, again));
        Assert.Empty(Find(left with { Episode = left.Episode with { AdmissionType = "N" } }, taken, again));
        Assert.Empty(Find(left, taken with { Episode = taken.Episode with { Disposition = "exp" } }, again));
    }

    [Fact]
    public void Who_died_in_the_emergency_department_does_not_come_again() =>
        Assert.Empty(Find(Of(1, "E", "10:00", "12:00", e => e with { Disposition = "exp" }), Of(2, "E", "1 10:00", null)));

    [Fact]
    public void A_stay_that_goes_on_while_another_begins_is_none_to_return_from()
    {
        Assert.Empty(Find(Stay(1, "10:00", "5 10:00"), Stay(2, "3 10:00", "8 10:00")));
        // It ended on that day, but began after the other.
        Assert.Empty(Find(Stay(1, "2 12:00", "2 18:00", e => e with { End = Day(2) }), Stay(2, "2 10:00", null)));
    }
}
