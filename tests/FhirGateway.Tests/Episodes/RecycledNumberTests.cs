using FhirGateway.Episodes;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

/// <summary>A visit number that is used again.</summary>
public sealed class RecycledNumberTests
{
    private static readonly EpisodeEvent[] First = [Event("A01", "10:00"), Event("A03", "2 10:00")];

    [Fact]
    public void Months_later_it_is_another_visit()
    {
        var episodes = Split([.. First, Event("A01", "90 10:00"), Event("A08", "90 12:00")]);
        Assert.Equal([Visit, Visit + "|2026-05-31"], episodes.Select(e => e.Key));
        Assert.Equal(["finished", "in-progress"], episodes.Select(e => e.Status));
        Assert.All(episodes, e => Assert.Equal(Visit, e.VisitKey));
        Assert.Equal([2, 2], episodes.Select(e => e.Events));
    }

    [Fact]
    public void Only_a_beginning_begins_another_visit()
    {
        Assert.Single(Split([.. First, Event("A08", "90 10:00")]));
        Assert.Single(Split([.. First, Event("A01", "50 10:00")]));
        Assert.Single(Split([Event("A01", "10:00"), Event("A08", "40 10:00"), Event("A01", "90 10:00")]));
        Assert.Equal(2, EpisodeFold.Fold([.. First, Event("A01", "50 10:00")], new EpisodeRules { RecycleAfter = TimeSpan.FromDays(30) }).Length);
    }

    [Fact]
    public void An_admission_long_planned_belongs_to_its_plan()
    {
        var plan = Event("A05", "10:00", "P");
        Assert.Single(Split([plan, Event("A01", "90 10:00")]));
        Assert.Equal(2, Split([plan, Event("A01", "90 10:00", patient: "GEN|P2")]).Length);
        Assert.Equal(2, Split([plan, Event("A38", "1 10:00", "P"), Event("A01", "90 10:00")]).Length);
    }

    [Theory]
    [InlineData("A01")]
    [InlineData("A04")]
    [InlineData("A05")]
    public void After_the_end_another_patient_is_another_visit(string trigger)
    {
        var episodes = Split([.. First, Event(trigger, "5 10:00", patient: "GEN|P2")]);
        Assert.Equal(["GEN|P1", "GEN|P2"], episodes.Select(e => e.PatientKey));
        Assert.Equal(Visit + "|2026-03-07", episodes[1].Key);
    }

    [Fact]
    public void While_it_goes_on_another_patient_is_a_correction()
    {
        var episode = Assert.Single(Split([Event("A01", "10:00"), Event("A01", "11:00", patient: "GEN|P2")]));
        Assert.Equal("GEN|P2", episode.PatientKey);
        Assert.Single(Split([.. First, Event("A13", "3 10:00"), Event("A01", "10:30", patient: "GEN|P2")]));
    }

    [Fact]
    public void A_number_that_was_given_to_the_wrong_patient_is_two_visits()
    {
        var episodes = Split([Event("A01", "10:00"), Event("A11", "10:10"), Event("A01", "10:20", patient: "GEN|P2")]);
        Assert.Equal(["cancelled", "in-progress"], episodes.Select(e => e.Status));
        Assert.Equal(["GEN|P1", "GEN|P2"], episodes.Select(e => e.PatientKey));
    }

    [Fact]
    public void Uses_that_began_on_one_day_have_keys_of_their_own()
    {
        var episodes = Split(
        [
            Event("A01", "10:00"), Event("A11", "10:10"), Event("A01", "10:20", patient: "GEN|P2"), Event("A11", "10:30", patient: "GEN|P2"),
            Event("A01", "10:40", patient: "GEN|P3"), Event("A11", "10:50", patient: "GEN|P3"), Event("A01", "11:00", patient: "GEN|P4"),
        ]);
        Assert.Equal([Visit, Visit + "|2026-03-02", Visit + "|2026-03-02|GEN|P3", Visit + "|2026-03-02|GEN|P4"], episodes.Select(e => e.Key));
    }

    [Fact]
    public void A_cancel_reaches_only_into_its_own_use()
    {
        var episodes = Split([.. First, Event("A01", "90 10:00"), Event("A13", "91 10:00")]);
        Assert.Equal(["finished", "in-progress"], episodes.Select(e => e.Status));
    }

    private static Episode[] Split(EpisodeEvent[] events)
    {
        var episodes = EpisodeFold.Fold(events);
        Assert.Equal(Text(episodes), Text(EpisodeFold.Fold([.. events.Reverse()])));
        return [.. episodes];
    }
}
