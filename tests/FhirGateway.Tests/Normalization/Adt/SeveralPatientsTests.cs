using FhirGateway.Messages;
using FhirGateway.Normalization.Adt;
using static FhirGateway.Tests.Normalization.Adt.AdtMessages;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>Messages about several patients give an event for each; nothing of one is taken for the other's.</summary>
public sealed class SeveralPatientsTests
{
    private const string Bob = "PID|2||M2^^^NORTH^MR||ROE^BOB||19600101|M";

    private static string Swap(string second = Bob) => Message(
        "A17", Pv1((2, "I"), (3, "4W^2^B^NORTH"), (19, "V1^^^NORTH")) + "\r" + second + "\r" + Pv1((2, "I"), (3, "4W^1^A^NORTH"), (19, "V2^^^NORTH")));

    [Fact]
    public void A_swap_moves_two_patients()
    {
        var events = Try(Swap()).Events;
        Assert.Equal(["NORTH|M1 NORTH|V1 NORTH|wa:4W|ro:2|bd:B 0", "NORTH|M2 NORTH|V2 NORTH|wa:4W|ro:1|bd:A 1"],
            events.Select(e => $"{e.PatientKey} {e.VisitKey} {e.Visit!.Location} {e.Group}"));
        Assert.Equal("ROE", Resource(events[1], "Patient").GetProperty("name")[0].GetProperty("family").GetString());
        Assert.NotEqual(events[0].Visit!.Order.Key, events[1].Visit!.Order.Key);
        Assert.NotEqual(Id(events[0]), Id(events[1]));
    }

    [Fact]
    public void One_patient_who_cannot_be_identified_holds_the_whole_message()
    {
        var conversion = Try(Swap("PID|2||||ROE^BOB"));
        Assert.Equal(("patient-not-identified", "PID-3 of patient 2"), (conversion.Reason, conversion.Path));
        Assert.Empty(conversion.Events);
    }

    [Fact]
    public void Again_with_an_episode_converts_the_patient_whose_visit_it_is()
    {
        var episode = Try(Swap()).Events[1].Episode! with { Status = "finished" };
        foreach (var known in new[] { new AdtKnown { Episode = episode }, new AdtKnown { Episode = episode, Group = 1 } })
        {
            var again = Assert.Single(Try(Swap(), known).Events);
            Assert.Equal(("NORTH|M2", 1, "finished"), (again.PatientKey, again.Group, again.EncounterStatus));
        }
    }

    [Theory]
    [InlineData("A39")]
    [InlineData("A40")]
    [InlineData("A41")]
    [InlineData("A42")]
    [InlineData("A43")]
    [InlineData("A44")]
    public void Every_repeated_group_of_a_merge_is_an_event(string trigger)
    {
        var events = Try(Message(trigger, "MRG|M8^^^NORTH^MR\r" + Bob + "\rPD1|Y\rMRG|M9^^^NORTH^MR")).Events;
        Assert.Equal(["NORTH|M1", "NORTH|M2"], events.Select(e => e.PatientKey));
        Assert.All(events, e => Assert.Null(e.EncounterId));
    }

    [Fact]
    public void Every_visit_that_moves_is_an_event_of_its_patient()
    {
        var events = Try(Message("A45", "MRG|M8^^^NORTH^MR||||V1^^^NORTH\rPV1|1|O\rMRG|M8^^^NORTH^MR||||V2^^^NORTH\rPV1|2|O")).Events;
        Assert.Equal(["NORTH|M1 0", "NORTH|M1 1"], events.Select(e => $"{e.PatientKey} {e.Group}"));
    }

    [Theory]
    [InlineData("A24")]
    [InlineData("A37")]
    public void Both_sides_of_a_link_are_events(string trigger) =>
        Assert.Equal(["NORTH|M1", "NORTH|M2"], Try(Message(trigger, Bob)).Events.Select(e => e.PatientKey));

    [Fact]
    public void A_group_without_its_MRG_is_named()
    {
        var conversion = Try(Message("A40", "MRG|M8^^^NORTH^MR\r" + Bob));
        Assert.Equal(("segment-missing", "MRG"), (conversion.Reason, conversion.Path));
    }

    [Theory]
    [InlineData("A01", "", "PV1")]
    [InlineData("A02", "", "PV1")]
    [InlineData("A17", "", "PID^2")]
    [InlineData("A24", "", "PID^2")]
    [InlineData("A40", "", "MRG")]
    [InlineData("A18", "", "MRG")]
    [InlineData("A45", "MRG|M8", "PV1")]
    [InlineData("A50", "MRG|M8", "PV1")]
    [InlineData("A55", "", "PV1")]
    [InlineData("A28", "", null)]
    [InlineData("A60", "", null)]
    public void What_an_event_cannot_do_without_is_refused_with_its_place(string trigger, string more, string? place)
    {
        var examined = AdtExamination.Examine(System.Text.Encoding.UTF8.GetBytes(Message(trigger, more)));
        Assert.Equal(place, examined.ErrorLocation);
        Assert.Equal(place is null ? "AA" : "AE", examined.AckCode.ToString());
    }

    private static string Id(AdtEvent converted)
    {
        using var bundle = System.Text.Json.JsonDocument.Parse(converted.Bundle);
        return bundle.RootElement.GetProperty("id").GetString()!;
    }
}
