using FhirGateway.Episodes;
using FsCheck;
using FsCheck.Fluent;
using static FhirGateway.Tests.Episodes.Told;

namespace FhirGateway.Tests.Episodes;

/// <summary>A visit number that is used for several patients without a discharge between.</summary>
public sealed class SharedNumberTests
{
    [Fact]
    public void An_admission_of_another_patient_at_another_time_is_his_own_visit()
    {
        var episodes = Split(
            Admit("A01", "10:00", "P1"), Admit("A01", "1 09:00", "P2"), Of("A02", "1 10:00", "P1", "ICU"), Of("A03", "1 12:00", "P2"), Of("A08", "1 13:00", "P1"));
        Assert.Equal([Visit, Visit + "|2026-03-03"], episodes.Select(e => e.Key));
        Assert.Equal([("GEN|P1", "in-progress", 3), ("GEN|P2", "finished", 2)], episodes.Select(e => (e.PatientKey, e.Status, e.Events)));
        Assert.Equal(["Admit", "Transfer"], episodes[0].Kinds());
        Assert.Equal(["Admit", "Discharge"], episodes[1].Kinds());
    }

    [Theory]
    [InlineData("A08")]
    [InlineData("A31")]
    [InlineData("A02")]
    [InlineData("A03")]
    [InlineData("A06")]
    public void What_begins_no_visit_corrects_whose_it_is(string trigger)
    {
        var episode = Fold(Admit("A01", "10:00", "P1"), Of(trigger, "10:20", "P2"), Of("A08", "11:00", "P2"));
        Assert.Equal(("GEN|P2", 3), (episode.PatientKey, episode.Events));
    }

    [Fact]
    public void The_same_admission_sent_again_of_another_patient_corrects_whose_it_is()
    {
        var again = Of("A01", "2 10:20", "P2") with { Admitted = At("10:00") };
        Assert.Equal("GEN|P2", Fold(Admit("A01", "10:00", "P1"), again).PatientKey);
        // By the day alone nobody is told apart, and what was said of the beginning at any time counts.
        Assert.Equal("GEN|P2", Fold(Admit("A01", "10:00", "P1"), again with { Admitted = Day(0) }).PatientKey);
        Assert.Equal("GEN|P2", Fold(Admit("A04", "08:00", "P1"), Of("A08", "11:00", "P1") with { Admitted = At("10:00") }, again).PatientKey);
    }

    [Theory]
    [InlineData("11:00", 1)]
    [InlineData("23:00", 1)]
    [InlineData("1 10:00", 2)]
    public void Without_a_time_of_admission_a_correction_comes_within_a_day(string time, int visits) =>
        Assert.Equal(visits, Split(Of("A01", "10:00", "P1"), Of("A01", time, "P2")).Length);

    [Fact]
    public void A_plan_is_kept_on_its_day_whoever_it_was_made_for()
    {
        var plan = Event("A05", "10:00", "P") with { ExpectedAdmit = Day(5) };
        Assert.Single(Split(plan, Admit("A01", "5 07:00", "P2")));
        Assert.Equal(["planned", "in-progress"], Split(plan, Admit("A01", "6 07:00", "P2")).Select(e => e.Status));
        Assert.Equal(["planned", "planned"], Split(plan, Event("A05", "11:00", "P", patient: "GEN|P2") with { ExpectedAdmit = Day(6) }).Select(e => e.Status));
        Assert.Equal(["in-progress", "planned"], Split(Admit("A01", "10:00", "P1"), Event("A05", "11:00", "P", patient: "GEN|P2") with { ExpectedAdmit = Day(9) }).Select(e => e.Status));
    }

    [Fact]
    public void A_mother_and_her_newborn_under_one_number_are_two_visits()
    {
        var episodes = Split(
            Admit("A01", "10:00", "P1"), Admit("A01", "18:30", "P2"), Of("A08", "19:00", "P1"), Of("A08", "19:00", "P2"), Of("A03", "2 10:00", "P1"), Of("A03", "2 10:00", "P2"));
        Assert.Equal([("GEN|P1", "finished", 3), ("GEN|P2", "finished", 3)], episodes.Select(e => (e.PatientKey, e.Status, e.Events)));
    }

    [Fact]
    public void A_cancel_takes_back_what_was_said_of_its_own_patient()
    {
        var episodes = Split(Admit("A01", "10:00", "P1"), Admit("A01", "12:00", "P2"), Of("A11", "12:30", "P1"));
        Assert.Equal(["cancelled", "in-progress"], episodes.Select(e => e.Status));
    }

    [Fact]
    public void A_correction_beside_others_is_found_by_its_time_of_admission()
    {
        var episodes = Split(
            Admit("A01", "10:00", "P1"), Admit("A01", "12:00", "P2"), Of("A08", "13:00", "P9") with { Admitted = At("10:00") }, Of("A03", "14:00", "P9"));
        Assert.Equal([("GEN|P9", "finished"), ("GEN|P2", "in-progress")], episodes.Select(e => (e.PatientKey, e.Status)));
    }

    [Fact]
    public void Of_a_number_that_is_used_for_everybody_whoever_is_heard_of_is_one_more()
    {
        EpisodeEvent[] three = [Admit("A04", "10:00", "P1", "O"), Admit("A04", "11:00", "P2", "O"), Admit("A04", "12:00", "P3", "O")];
        Assert.Equal(["GEN|P1", "GEN|P2", "GEN|P3", "GEN|P4"], Split([.. three, Of("A03", "13:00", "P4")]).Select(e => e.PatientKey));
        // Who comes again on another day comes for another visit, whether or not the one before was said to be over.
        Assert.Equal(4, Split([.. three, Admit("A04", "7 10:00", "P1", "O")]).Length);
        Assert.Equal(3, Split([.. three, Admit("A01", "15:00", "P1")]).Length);
    }

    [Fact]
    public void An_admission_after_the_end_is_another_visit_of_the_same_patient()
    {
        EpisodeEvent[] over = [Admit("A01", "10:00", "P1"), Of("A03", "3 10:00", "P1")];
        Assert.Equal(["finished", "in-progress"], Split([.. over, Admit("A01", "5 09:00", "P1")]).Select(e => e.Status));
        Assert.Equal("finished", Fold([.. over, Of("A01", "5 09:00", "P1") with { Admitted = At("10:00") }]).Status);
        Assert.Equal("in-progress", Fold([.. over, Of("A13", "4 10:00", "P1"), Admit("A01", "5 09:00", "P1")]).Status);
    }

    [Fact]
    public void Patients_who_were_merged_are_one()
    {
        EpisodeEvent[] events = [Event("A05", "10:00", "P") with { ExpectedAdmit = Day(5) }, Admit("A01", "9 07:00", "P2"), Admit("A01", "9 08:00", "P3")];
        Assert.Equal(3, Split(events).Length);
        var episodes = EpisodeFold.Fold(events, patientOf: key => key == "GEN|P1" ? "GEN|P2" : key);
        Assert.Equal([("GEN|P2", "in-progress", 2), ("GEN|P3", "in-progress", 1)], episodes.Select(e => (e.PatientKey, e.Status, e.Events)));
    }

    [Fact]
    public void A_late_discharge_renames_no_visit()
    {
        EpisodeEvent[] events = [Admit("A01", "10:00", "P1"), Admit("A01", "2 10:00", "P2"), Admit("A01", "2 11:00", "P3")];
        var before = Split(events);
        var after = Split([.. events, Of("A03", "1 10:00", "P1")]);
        Assert.Equal(before.Select(e => (e.Key, e.PatientKey)), after.Select(e => (e.Key, e.PatientKey)));
        Assert.Equal(["finished", "in-progress", "in-progress"], after.Select(e => e.Status));
    }

    [Fact]
    public void What_is_heard_late_of_one_patient_leaves_the_keys_of_the_others_alone()
    {
        var many = Enumerable.Range(1, 40).Select(p => Admit("A04", $"1 {8 + (p / 6):00}:{p % 6 * 10:00}", $"P{p:00}", "O")).ToList();
        var keys = Split([.. many]).ToDictionary(e => e.PatientKey, e => e.Key);
        var late = Split([.. many, Admit("A04", "1 09:05", "P99", "O")]).ToDictionary(e => e.PatientKey, e => e.Key);
        Assert.Equal(41, late.Count);
        Assert.All(keys, k => Assert.Equal(k.Value, late[k.Key]));
    }

    /// <summary>Each is as if he had a number of his own, in whatever order the messages come and however often.</summary>
    [Fact]
    public void The_visits_of_many_patients_under_one_number_are_those_that_each_would_have_alone() => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var lives = Enumerable.Range(1, random.Next(2, 9)).Select(p => Life(random, p)).ToList();
        var all = lives.SelectMany(l => l).ToArray();
        var truth = Text(EpisodeFold.Fold(all));
        var disorder = all.Concat(random.GetItems(all, all.Length / 3)).ToArray();
        random.Shuffle(disorder);
        var together = EpisodeFold.Fold(disorder);
        Assert.Equal(truth, Text(together));
        Assert.Equal(together.Length, together.Select(e => e.Key).Distinct().Count());
        var alone = lives.SelectMany(l => EpisodeFold.Fold(l));
        Assert.Equal(
            alone.Select(e => Text([e with { Key = "" }])).Order(StringComparer.Ordinal), together.Select(e => Text([e with { Key = "" }])).Order(StringComparer.Ordinal));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static List<EpisodeEvent> Life(Random random, int number)
    {
        var (patient, day) = ($"P{number}", random.Next(20));
        var life = new List<EpisodeEvent> { Admit("A01", $"{day} 08:{number:00}", patient) };
        for (var i = random.Next(8); i > 0; i--)
            life.Add(Of(random.GetItems(["A02", "A08", "A12", "A21", "A22", "A54"], 1)[0], $"{day + random.Next(1, 20)} {random.Next(10, 20)}:{number:00}", patient, $"{i}W", $"{i}"));
        if (random.Next(2) == 0)
            life.Add(Of("A03", $"{day + 20} 10:{number:00}", patient));
        if (random.Next(5) == 0)
            life.Add(Of("A11", $"{day} 09:{number:00}", patient));
        return life;
    }

    private static EpisodeEvent Admit(string trigger, string time, string patient, string patientClass = "I") =>
        Event(trigger, time, patientClass, patient: "GEN|" + patient) with { Admitted = At(time) };

    private static EpisodeEvent Of(string trigger, string time, string patient, string? at = null, string id = "1") =>
        Event(trigger, time, at: at, id: id, patient: "GEN|" + patient);

    private static Episode[] Split(params EpisodeEvent[] events)
    {
        var episodes = EpisodeFold.Fold(events);
        Assert.Equal(Text(episodes), Text(EpisodeFold.Fold([.. events.Reverse()])));
        return [.. episodes];
    }
}
