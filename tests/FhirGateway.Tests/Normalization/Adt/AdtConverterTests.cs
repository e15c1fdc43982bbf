using System.Text;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;
using static FhirGateway.Tests.Normalization.Adt.AdtMessages;

namespace FhirGateway.Tests.Normalization.Adt;

public sealed class AdtConverterTests
{
    [Fact]
    public void Keys_and_ids_come_from_the_record_and_visit_numbers()
    {
        var converted = Convert(Message());
        Assert.Equal(("NORTH|M1", "NORTH|V1"), (converted.PatientKey, converted.VisitKey));
        Assert.Equal(PublishedId.Create("north", "Patient", "NORTH|M1"), converted.PatientId);
        Assert.Equal(PublishedId.Create("north", "Encounter", "NORTH|V1"), converted.EncounterId);
        Assert.Equal((EventTypes.AdtAdmit, "in-progress"), (converted.EventType, converted.EncounterStatus));
    }

    [Theory]
    [InlineData("PID|1||9^^^Z^PI~8^^^B^PI", "B|8")]
    [InlineData("PID|1||9^^^A^PI~8^^^B^MR~7^^^C^MR", "B|8")]
    [InlineData("PID|1||9^^^A^PI~8^^^OWN^PI~7^^^C^MR", "OWN|8")]
    [InlineData("PID|1||191919", "NORTHHOSP|191919")]
    public void The_patient_goes_by_the_facility_s_number_then_the_first_record_number_then_the_first_by_sort(string pid, string key) =>
        Assert.Equal(key, Convert(Message(pid: pid), settings: Settings with { FacilityAuthority = "own" }).PatientKey);

    [Fact]
    public void A_resend_under_another_control_id_has_the_same_hash_and_so_has_an_update_that_says_nothing_new()
    {
        var first = Convert(Message());
        Assert.Equal(first.Hash, Convert(Message(id: "C2")).Hash);
        Assert.Equal(first.Hash, Convert(Message("A08"), new AdtKnown { Episode = first.Episode }).Hash);
        Assert.NotEqual(first.Hash, Convert(Message("A08", Stay + "|||||||||||||||||||||||||20260301101000")).Hash);
    }

    [Fact]
    public void Names_of_authorities_stay_within_their_source()
    {
        var here = Convert(Message()).Patient.Identifiers[0];
        var there = Convert(Message(), settings: new AdtFeedSettings { Source = "south" }).Patient.Identifiers[0];
        Assert.Equal(("urn:fhir-gateway:authority:north:NORTH", "NORTH", "MR"), (here.System, here.Authority, here.TypeCode));
        Assert.NotEqual(here.System, there.System);
    }

    [Fact]
    public void Medicare_and_social_security_numbers_take_their_national_systems_and_placeholders_none()
    {
        var ids = Convert(Message(pid: "PID|1||M1^^^NORTH^MR~1EG4-TE5-MK73^^^CMS^MC~xyz^^^CMS^MC||DOE^ANN||||||||||||||219-09-9999")).Patient.Identifiers;
        Assert.Contains(ids, i => i is { System: IdentifierSystemsOf.Mbi, Value: "1EG4TE5MK73" });
        Assert.Contains(ids, i => i is { System: IdentifierSystemsOf.Ssn, Value: "219099999" });
        Assert.Contains(ids, i => i is { System: "urn:fhir-gateway:authority:north:CMS", Value: "xyz" });
        var placeholder = Convert(Message(pid: "PID|1||M1^^^NORTH^MR||||||||||||||||999-99-9999"));
        Assert.Single(placeholder.Patient.Identifiers);
        Assert.Contains(new AdtIssue(AdtIssueCodes.InvalidIdentifier, "PID-19"), placeholder.Issues);
    }

    [Fact]
    public void One_bad_field_is_lost_with_an_issue_and_not_the_message()
    {
        var converted = Convert(Message(pid: "PID|1||M1^^^NORTH^MR||DOE^ANN||19501399|Q", pv1: "PV1|1|99|4W||||||||||||||||V1^^^NORTH"));
        Assert.False(Resource(converted, "Patient").TryGetProperty("birthDate", out _));
        Assert.Equal(["invalid-date PID-7", "unmapped-code PID-8", "unmapped-code PV1-2"], converted.Issues.Select(i => $"{i.Code} {i.Location}").Order(StringComparer.Ordinal));
        var encounter = Resource(converted, "Encounter");
        Assert.Equal("UNK", encounter.GetProperty("class").GetProperty("code").GetString());
        Assert.Equal("urn:fhir-gateway:table:north:0004", encounter.GetProperty("type")[0].GetProperty("coding")[0].GetProperty("system").GetString());
    }

    [Theory]
    [InlineData("03", "finished", "snf")]
    [InlineData("20", "finished", "exp")]
    [InlineData("30", "in-progress", null)]
    [InlineData("QQ", "finished", null)]
    public void A_discharge_finishes_unless_the_patient_stays(string disposition, string status, string? code)
    {
        var converted = Convert(Message("A03", "PV1|1|I|||||||||||||||||V1^^^NORTH|||||||||||||||||" + disposition + "||||||||20260301100000|20260304145500"));
        Assert.Equal((status, status == "finished" ? "2026-03-04T14:55:00-05:00" : null), (converted.EncounterStatus, converted.PeriodEnd));
        var isOver = Resource(converted, "Encounter").TryGetProperty("hospitalization", out var hospitalization);
        Assert.Equal(status == "finished", isOver);
        if (!isOver)
            return;
        var codings = hospitalization.GetProperty("dischargeDisposition").GetProperty("coding");
        Assert.Equal(code, codings.EnumerateArray().Where(c => c.GetProperty("system").GetString()!.StartsWith("http:", StringComparison.Ordinal)).Select(c => c.GetProperty("code").GetString()).FirstOrDefault());
    }

    [Fact]
    public void Class_N_is_no_visit()
    {
        var converted = Convert(Message("A08", "PV1|1|N"));
        Assert.Null(converted.EncounterId);
        Assert.Equal(JsonValueKind.Undefined, Resource(converted, "Encounter").ValueKind);
    }

    [Fact]
    public void Times_without_an_offset_take_that_of_the_header_or_the_zone_of_the_feed_on_that_day()
    {
        Assert.Equal(TimeSpan.FromHours(-5), Convert(Message(evn: "20260301101000")).EventTime.Offset);
        Assert.Equal(TimeSpan.FromHours(-4), Convert(Message(evn: "20260701101000")).EventTime.Offset);
        Assert.Equal(TimeSpan.FromHours(-7), Convert(Message().Replace("20260301101500", "20260301101500-0700", StringComparison.Ordinal)).EventTime.Offset);
    }

    [Fact]
    public void S_08_nothing_but_a_cancel_reopens_a_finished_visit_whatever_the_order_of_its_messages()
    {
        string Of(string trigger, string time, string patientClass, string? ended = null) =>
            Message(trigger, Pv1((2, patientClass), (19, "V1^^^NORTH"), (36, ended is null ? "" : "03"), (44, "20260301100000"), (45, ended ?? "")), time);
        string[] messages =
        [
            Of("A04", "20260301100000", "E"),
            Of("A01", "20260301120000", "I"),
            Of("A08", "20260302100000", "I"),
            Of("A03", "20260304150000", "I", "20260304145500"),
            Of("A08", "20260305100000", "I", "20260304140000"),
        ];
        var events = messages.Select(m => Convert(m).Visit!).ToArray();
        for (var seed = 0; seed < 50; seed++)
        {
            new Random(seed).Shuffle(events);
            var episode = Assert.Single(EpisodeFold.Fold(events));
            Assert.Equal(("finished", "2026-03-04T14:00:00-05:00"), (episode.Status, episode.End?.Text));
            foreach (var message in messages)
                Assert.Equal("finished", Resource(Convert(message, new AdtKnown { Episode = episode }), "Encounter").GetProperty("status").GetString());
        }
    }

    [Fact]
    public void What_cannot_be_converted_says_why()
    {
        string Reason(string message)
        {
            var conversion = AdtConverter.Convert(Encoding.UTF8.GetBytes(message), Settings);
            return $"{conversion.Reason} {conversion.Path}";
        }
        Assert.Equal("unsupported-event MSH-9", Reason(Message("A20")));
        Assert.Equal("unknown-event MSH-9", Reason(Message("A99")));
        Assert.Equal("segment-missing PV1", Reason(Message(pv1: "ZZZ|1")));
        Assert.Equal("patient-not-identified PID-3", Reason(Message(pid: "PID|1||\"\"")));
        Assert.Equal("segment-missing MRG", Reason(Message("A40")));
        Assert.Equal("segment-missing PID[2]", Reason(Message("A24")));
        Assert.Equal("structure PID[2]", Reason(Message(pid: Ann + "\rPID|2||M2")));
        Assert.Equal("unreadable MSH", Reason("nonsense"));
    }

    private static class IdentifierSystemsOf
    {
        public const string Mbi = "http://hl7.org/fhir/sid/us-mbi";
        public const string Ssn = "http://hl7.org/fhir/sid/us-ssn";
    }
}
