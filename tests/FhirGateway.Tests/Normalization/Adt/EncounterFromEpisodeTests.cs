using System.Globalization;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;
using static FhirGateway.Tests.Normalization.Adt.AdtMessages;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>An Encounter is written as the episode stands, whatever the message at hand says alone.</summary>
public sealed class EncounterFromEpisodeTests
{
    private static readonly VisitClass Emergency = new("http://terminology.hl7.org/CodeSystem/v3-ActCode", "EMER", "emergency");
    private static readonly VisitClass Inpatient = new("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", "inpatient encounter");

    private static readonly Episode Stay = new()
    {
        Key = "NORTH|V1",
        VisitKey = "NORTH|V1",
        PatientKey = "NORTH|M1",
        Status = Episode.Finished,
        Start = At("2026-03-01T08:00:00-05:00"),
        End = At("2026-03-04T14:55:00-05:00"),
        Class = Inpatient,
        Classes =
        [
            new ClassPeriod(Emergency, At("2026-03-01T08:00:00-05:00"), At("2026-03-01T10:10:00-05:00")),
            new ClassPeriod(Inpatient, At("2026-03-01T10:10:00-05:00"), null),
        ],
        Locations =
        [
            new LocationPeriod("NORTH|wa:ED|ro:7", "completed", At("2026-03-01T08:00:00-05:00"), At("2026-03-01T10:10:00-05:00")),
            new LocationPeriod("NORTH|wa:4W|ro:401|bd:A", "completed", At("2026-03-01T10:10:00-05:00"), null),
        ],
        AdmitSource = "emd",
        Disposition = "local:ZZ",
        Latest = new EventOrder(default, default, default, "C9", Guid.Empty),
    };

    private static Moment At(string text) => new(text, DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));

    private static JsonElement Encounter(Episode episode, string? message = null) =>
        Resource(Convert(message ?? Message(), new AdtKnown { Episode = episode }), "Encounter");

    [Fact]
    public void Status_period_class_and_history_are_the_episode_s()
    {
        var encounter = Encounter(Stay, Message("A01"));
        Assert.Equal("finished", encounter.GetProperty("status").GetString());
        Assert.Equal("""{"start":"2026-03-01T08:00:00-05:00","end":"2026-03-04T14:55:00-05:00"}""", encounter.GetProperty("period").GetRawText());
        Assert.Equal("IMP", encounter.GetProperty("class").GetProperty("code").GetString());
        var history = encounter.GetProperty("classHistory").EnumerateArray().ToList();
        Assert.Equal(["EMER", "IMP"], history.Select(h => h.GetProperty("class").GetProperty("code").GetString()));
        Assert.Equal("""{"start":"2026-03-01T08:00:00-05:00","end":"2026-03-01T10:10:00-05:00"}""", history[0].GetProperty("period").GetRawText());
        Assert.False(encounter.TryGetProperty("statusHistory", out _));
    }

    [Fact]
    public void A_class_that_never_changed_has_no_history_and_one_of_unknown_time_no_place_in_it()
    {
        Assert.False(Encounter(Stay with { Classes = [Stay.Classes[1]] }).TryGetProperty("classHistory", out _));
        var known = Encounter(Stay with { Classes = [new ClassPeriod(Emergency, null, null), Stay.Classes[1]] });
        Assert.Equal(1, known.GetProperty("classHistory").GetArrayLength());
    }

    [Fact]
    public void Locations_that_only_the_episode_remembers_are_written_with_all_that_contain_them()
    {
        var converted = Convert(Message(), new AdtKnown { Episode = Stay });
        var encounter = Resource(converted, "Encounter");
        var stays = encounter.GetProperty("location").EnumerateArray().ToList();
        Assert.Equal(["completed", "completed"], stays.Select(s => s.GetProperty("status").GetString()));
        Assert.Equal("urn:uuid:" + PublishedId.Create("north", "Location", "NORTH|wa:ED|ro:7"), stays[0].GetProperty("location").GetProperty("reference").GetString());
        Assert.Equal("2026-03-01T10:10:00-05:00", stays[0].GetProperty("period").GetProperty("end").GetString());
        Assert.False(stays[1].GetProperty("period").TryGetProperty("end", out _));
        var locations = Resources(converted).Where(r => r.GetProperty("resourceType").GetString() == "Location").ToDictionary(r => r.GetProperty("id").GetString()!);
        Assert.Equal(["401", "4W", "7", "A", "ED", "NORTH"], locations.Values.Select(l => l.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        foreach (var location in locations.Values.Where(l => l.TryGetProperty("partOf", out _)))
            Assert.Contains(location.GetProperty("partOf").GetProperty("reference").GetString()!["urn:uuid:".Length..], locations.Keys);
    }

    [Fact]
    public void A_disposition_of_another_message_stands_and_one_that_was_taken_back_does_not()
    {
        var other = Encounter(Stay).GetProperty("hospitalization");
        Assert.Equal("""[{"system":"http://terminology.hl7.org/CodeSystem/admit-source","code":"emd"}]""", other.GetProperty("admitSource").GetProperty("coding").GetRawText());
        Assert.Equal("""[{"system":"urn:fhir-gateway:table:north:0112","code":"ZZ"}]""", other.GetProperty("dischargeDisposition").GetProperty("coding").GetRawText());
        var discharge = Message("A03", Pv1((2, "I"), (19, "V1^^^NORTH"), (36, "03")));
        var own = Encounter(Stay with { Disposition = "snf" }, discharge).GetProperty("hospitalization").GetProperty("dischargeDisposition").GetProperty("coding");
        Assert.Equal(["snf", "03"], own.EnumerateArray().Select(c => c.GetProperty("code").GetString()));
        var open = Encounter(Stay with { Status = Episode.InProgress, End = null, Disposition = null, AdmitSource = null }, discharge);
        Assert.False(open.TryGetProperty("hospitalization", out _));
    }

    [Fact]
    public void A_visit_that_was_closed_by_rule_is_marked()
    {
        var encounter = Encounter(Stay with { Status = Episode.Unknown, End = null, IsClosedByRule = true });
        Assert.Equal("unknown", encounter.GetProperty("status").GetString());
        Assert.Equal("""[{"system":"urn:fhir-gateway:tag","code":"closed-by-rule"}]""", encounter.GetProperty("meta").GetProperty("tag").GetRawText());
        Assert.False(Encounter(Stay).GetProperty("meta").TryGetProperty("tag", out _));
    }

    [Fact]
    public void The_later_use_of_a_recycled_number_is_another_Encounter_with_diagnoses_of_its_own()
    {
        var message = Message(pv1: AdtMessages.Stay + "\rDG1|1||I20.0^Unstable angina^I10C");
        var first = Convert(message, new AdtKnown { Episode = Stay });
        var later = Convert(message, new AdtKnown { Episode = Stay with { Key = "NORTH|V1|2026-09-01" } });
        Assert.Equal(PublishedId.Create("north", "Encounter", "NORTH|V1|2026-09-01"), later.EncounterId);
        Assert.NotEqual(first.EncounterId, later.EncounterId);
        Assert.NotEqual(Resource(first, "Condition").GetProperty("id").GetString(), Resource(later, "Condition").GetProperty("id").GetString());
        Assert.Equal("NORTH|V1", later.VisitKey);
    }

    [Fact]
    public void The_survivor_of_a_merge_stands_for_the_patient_of_the_message()
    {
        var converted = Convert(Message(), new AdtKnown { Episode = Stay, SurvivorKey = "NORTH|M7" });
        var survivor = PublishedId.Create("north", "Patient", "NORTH|M7");
        Assert.Equal((survivor, "NORTH|M7", "NORTH|M1"), (converted.PatientId, converted.PatientKey, converted.Visit!.PatientKey));
        Assert.Equal($"urn:uuid:{survivor}", Resource(converted, "Encounter").GetProperty("subject").GetProperty("reference").GetString());
    }

    [Fact]
    public void A_name_with_a_bar_in_it_is_one_level_and_reads_as_sent()
    {
        var converted = Convert(Message(pv1: Pv1((2, "I"), (3, "4\\F\\W^\\E\\1^A^NORTH"), (19, "V1"))));
        Assert.Equal("NORTH|wa:4\\bW|ro:\\e1|bd:A", converted.Visit!.Location);
        Assert.Equal(["4|W", "A", "NORTH", "\\1"], Resources(converted).Where(r => r.GetProperty("resourceType").GetString() == "Location").Select(l => l.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
    }
}
