using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Hl7v2;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;
using FhirGateway.Normalization.FhirMessages;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Normalization.FhirMessages;

public sealed class FhirMessageReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 15, 0, 0, TimeSpan.Zero);

    internal static readonly FhirMessageSettings Settings = new()
    {
        Normalization = new NormalizationSettings("hospital", new KnownResources()),
        Feed = new AdtFeedSettings { Source = "hospital" },
        Facilities = ["MERCY"],
        Authorities = ImmutableDictionary<string, string>.Empty.Add("urn:oid:1.2.3.4", "MERCY").Add("urn:oid:1.2.3.5", "MERCY"),
    };

    [Theory]
    [InlineData("admit-notification-message-bundle-01.json", "A04", "2018-10-21T21:22:15-07:00", "EMER", "in-progress")]
    [InlineData("admit-notification-message-bundle-02.json", "A04", "2018-10-21T21:22:15-07:00", "EMER", "in-progress")]
    [InlineData("admit-notification-intermediate-transmit-bundle.json", "A04", "2018-10-21T21:22:15-07:00", "EMER", "in-progress")]
    [InlineData("admit-notification-intermediate-translate-bundle.json", "A04", "2018-10-21T21:22:15-07:00", "EMER", "in-progress")]
    [InlineData("transfer-notification-message-bundle-01.json", "A02", "2020-08-17T18:57:26.887078Z", "IMP", "in-progress")]
    [InlineData("discharge-notification-message-bundle-01.json", "A03", "2018-10-23T22:22:15-07:00", "IMP", "finished")]
    public void Every_example_of_Da_Vinci_Alerts_becomes_the_event_that_it_tells(string file, string trigger, string at, string @class, string status)
    {
        var reading = FhirMessageReader.Read(File.ReadAllBytes(Path.Combine(SharedData.Hl7("alerts"), file)), Settings with { Facilities = [] }, Now);
        Assert.Empty(reading.Faults);
        var read = reading.Event!;
        Assert.Equal((trigger, at, @class), (read.Trigger, read.Visit!.At.Text, read.Visit.Class.Code));
        Assert.Equal("http://example.org|Elden718Halvorson12420181021T2122150700", read.VisitKey);
        Assert.Equal("http://example.org/fhir/mrn|06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b", read.PatientKey);
        Assert.Equal(("Halvorson124", "Elden718", new DateOnly(2000, 10, 15)), (read.Patient.Family, read.Patient.Given, read.Patient.BirthDate));
        Assert.Equal(("HOLY FAMILY HOSPITAL", "Janeth814 Jakubowski832"), (read.Visit.Facility, read.Visit.AttendingName));
        // Neither NPI of the examples has a check digit that fits.
        Assert.Null(read.Visit.AttendingNpi);
        Assert.Null(read.Visit.FacilityNpi);
        Assert.Equal(trigger == "A03" ? "home" : null, read.Visit.Disposition);
        Assert.Equal(trigger == "A02" ? "emd" : null, read.Visit.AdmitSource);
        using var bundle = JsonDocument.Parse(read.Bundle);
        Assert.Equal(status, Resource(bundle, "Encounter").GetProperty("status").GetString());
        Assert.Equal(read.EncounterId.ToString(), Resource(bundle, "Encounter").GetProperty("id").GetString());
        CheckReferences(bundle);
    }

    [Fact]
    public void A_FHIR_message_and_an_HL7v2_message_of_one_visit_meet_where_the_settings_name_their_systems()
    {
        var er7 = AdtConverter.Convert(
            Encoding.UTF8.GetBytes(Processing.TestGateway.Adt("A01", "c1", "20260615100000")), Settings.Feed).Event!;
        var fhir = Read(new NotificationText());
        Assert.Equal((er7.VisitKey, er7.PatientKey, er7.EncounterId, er7.PatientId), (fhir.VisitKey, fhir.PatientKey, fhir.EncounterId, fhir.PatientId));
        Assert.Equal((er7.Facility, er7.Trigger), (fhir.Facility, fhir.Trigger));
    }

    [Fact]
    public void Locations_meet_by_the_path_of_their_names()
    {
        var er7 = AdtConverter.Convert(
            Encoding.UTF8.GetBytes(Processing.TestGateway.Adt("A01", "c1", "20260615100000")), Settings.Feed).Event!;
        static string Location(string id, string name, string level, string? within) =>
            """,{"fullUrl":"https://h.example/Location/@id","resource":{"resourceType":"Location","id":"@id","name":"@name","physicalType":{"coding":[{"code":"@level"}]}@within}}"""
                .Replace("@id", id, StringComparison.Ordinal).Replace("@name", name, StringComparison.Ordinal).Replace("@level", level, StringComparison.Ordinal)
                .Replace("@within", within is null ? "" : ",\"partOf\":{\"reference\":\"Location/" + within + "\"}", StringComparison.Ordinal);
        var fhir = Read(new NotificationText
        {
            MoreEncounter = ",\"location\":[{\"location\":{\"reference\":\"https://h.example/Location/b\"},\"status\":\"active\"}]",
            MoreEntries = Location("w", "4N", "wa", null) + Location("r", "401", "ro", "w") + Location("b", "1", "bd", "r"),
        });
        Assert.Equal(er7.Visit!.Location, fhir.Visit!.Location);
    }

    [Theory]
    [InlineData("notification-admit", "IMP", "in-progress", "A01")]
    [InlineData("notification-admit", "OBSENC", "in-progress", "A01")]
    [InlineData("notification-admit", "EMER", "arrived", "A04")]
    [InlineData("notification-admit", "AMB", "in-progress", "A04")]
    [InlineData("notification-admit", "IMP", "planned", "A05")]
    [InlineData("notification-admit", "IMP", "cancelled", "A11")]
    [InlineData("notification-transfer", "IMP", "in-progress", "A02")]
    [InlineData("notification-transfer", "IMP", "cancelled", "A12")]
    [InlineData("notification-discharge", "IMP", "finished", "A03")]
    [InlineData("notification-discharge", "IMP", "cancelled", "A13")]
    [InlineData("notification-update", "IMP", "in-progress", "A08")]
    [InlineData("notification-update", "IMP", "onleave", "A21")]
    [InlineData("notification-update", "IMP", "entered-in-error", "A23")]
    [InlineData("notification-outpatient-visit", "AMB", "in-progress", "A04")]
    [InlineData("notification-new-condition", "IMP", "in-progress", "A08")]
    public void An_event_and_a_status_say_what_happened(string code, string @class, string status, string trigger) =>
        Assert.Equal(trigger, Read(new NotificationText { Event = code, Class = @class, Status = status, End = "2026-06-16T09:00:00Z" }).Trigger);

    [Theory]
    [InlineData("A01", "A01")]
    [InlineData("A03", "A03")]
    [InlineData("A13", "A13")]
    [InlineData("A08", "A08")]
    public void Events_of_table_0003_go_by_their_own_code(string code, string trigger) =>
        Assert.Equal(trigger, Read(new NotificationText { EventSystem = "http://terminology.hl7.org/CodeSystem/v2-0003", Event = code, Status = code == "A03" ? "finished" : "in-progress" }).Trigger);

    [Fact]
    public void An_event_is_in_its_place_by_what_the_Encounter_says_and_else_by_the_time_of_the_message()
    {
        Assert.Equal("2026-06-15T10:00:00Z", Read(new NotificationText()).Visit!.At.Text);
        Assert.Equal("2026-06-15T10:00:05Z", Read(new NotificationText { Event = "notification-update" }).Visit!.At.Text);
        Assert.Equal("2026-06-17T08:00:00Z", Read(new NotificationText { Event = "notification-discharge", Status = "finished", End = "2026-06-17T08:00:00Z" }).Visit!.At.Text);
        // An end of a visit that goes on is what is expected.
        var expected = Read(new NotificationText { End = "2026-06-18T08:00:00Z" }).Visit!;
        Assert.Equal((null, "2026-06-18T08:00:00Z"), (expected.Discharged?.Text, expected.ExpectedDischarge?.Text));
    }

    [Theory]
    [InlineData("notification-refill-request", "Bundle.entry[0].resource.eventCoding", "not-supported")]
    [InlineData("nonsense", "Bundle.entry[0].resource.eventCoding", "not-supported")]
    [InlineData("A40", "Bundle.entry[0].resource.eventCoding", "not-supported")]
    public void An_event_that_is_none_of_a_visit_is_refused(string code, string expression, string issue) => Assert.Contains(
        Faults(new NotificationText { Event = code, EventSystem = code == "A40" ? "http://terminology.hl7.org/CodeSystem/v2-0003" : new NotificationText().EventSystem }.ToString()),
        f => (f.Expression, f.Code) == (expression, issue));

    [Fact]
    public void A_reference_that_leads_out_of_the_Bundle_is_refused_by_its_path()
    {
        var fault = Assert.Single(Faults(new NotificationText
        {
            MoreEncounter = ",\"participant\":[{\"type\":[]},{\"individual\":{\"reference\":\"Practitioner/secret-77\"}}]",
        }.ToString()));
        Assert.Equal(("not-found", "Bundle.entry[1].resource.participant[1].individual.reference"), (fault.Code, fault.Expression));
        Assert.DoesNotContain("secret-77", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_patients_are_two_notifications()
    {
        var other = """,{"resource":{"resourceType":"Patient","id":"p2","identifier":[{"value":"1"}]}}""";
        var fault = Assert.Single(Faults(new NotificationText { MoreEntries = other }.ToString()));
        Assert.Equal(("multiple-matches", "Bundle.entry[4].resource"), (fault.Code, fault.Expression));
    }

    [Theory]
    [InlineData("", "Bundle")]
    [InlineData("[]", "Bundle")]
    [InlineData("{\"resourceType\":\"Patient\"}", "Bundle")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"batch\"}", "Bundle.type")]
    [InlineData("{\"resourceType\":\"Bundle\",\"resourceType\":\"Bundle\"}", "Bundle")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[]}", "Bundle.entry")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":7}", "Bundle.entry")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[{}]}", "Bundle.entry[0].resource")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]}", "Bundle.entry[0].resource")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[{\"resource\":{\"resourceType\":\"MessageHeader\",\"id\":\"1\"}}]}", "Bundle.entry[0].resource.eventCoding")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[{\"resource\":{\"resourceType\":\"Nothing\",\"id\":\"1\"}}]}", "Bundle.entry[0].resource.resourceType")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[{\"resource\":{\"resourceType\":\"MessageHeader\"}}]}", "Bundle.entry[0].resource.id")]
    public void What_is_no_message_is_refused_with_the_place_that_says_so(string text, string expression) =>
        Assert.Contains(Faults(text), f => f.Expression == expression && f.Text.Length > 0);

    [Fact]
    public void Every_cut_of_a_message_and_every_changed_byte_is_read_or_refused_and_never_thrown_at()
    {
        var text = Encoding.UTF8.GetBytes(new NotificationText().ToString());
        for (var length = 0; length < text.Length; length += 7)
            Assert.NotEmpty(FhirMessageReader.Read(text.AsMemory(0, length), Settings, Now).Faults);
        for (var at = 0; at < text.Length; at += 3)
        {
            var changed = text.ToArray();
            changed[at] = (byte)"\"{}[]:,0x\0"[at % 10];
            var reading = FhirMessageReader.Read(changed, Settings, Now);
            Assert.True(reading.Event is not null || reading.Faults.Length > 0);
        }
    }

    [Fact]
    public void A_subject_that_is_not_the_patient_is_refused() => Assert.Contains(
        Faults(new NotificationText { Subject = "urn:uuid:44444444-5fbe-4480-9bb4-6b54ec02d31b" }.ToString()),
        f => f.Expression == "Bundle.entry[1].resource.subject");

    [Fact]
    public void A_resend_under_another_id_has_the_same_content_and_another_fingerprint()
    {
        var (one, two) = (Read(new NotificationText()), Read(new NotificationText { Id = "m-2", Timestamp = "2026-06-15T10:09:00Z" }));
        Assert.Equal(one.Hash, two.Hash);
        Assert.NotEqual(one.Visit!.Order.Key, two.Visit!.Order.Key);
        Assert.Equal(one.Visit.Order.Key, Read(new NotificationText()).Visit!.Order.Key);
    }

    [Fact]
    public void The_primary_care_of_the_patient_is_named_by_NPI()
    {
        var read = Read(new NotificationText
        {
            MorePatient = ",\"generalPractitioner\":[{\"identifier\":{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1234567893\"}},{\"reference\":\"Practitioner/p\"},{\"identifier\":{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1234567890\"}}]",
            MoreEntries = ",{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"p\",\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1245319599\"}]}}",
        });
        Assert.Equal(["1234567893", "1245319599"], read.CareNpis);
    }

    [Fact]
    public void A_newborn_never_goes_by_its_mothers_numbers()
    {
        var read = Read(new NotificationText
        {
            BirthDate = "2026-06-15",
            MorePatient = "",
            Mrn = "BABY-1",
            MoreEntries = """
                ,{"resource":{"resourceType":"RelatedPerson","id":"mother","patient":{"reference":"Patient/06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b"},"identifier":[{"system":"urn:oid:1.2.3.5","value":"MOTHER-1"}]}}
                """,
        });
        Assert.Equal("MERCY|BABY-1", read.PatientKey);
        var mothers = Faults(new NotificationText
        {
            Mrn = "MOTHER-1",
            MoreEntries = """
                ,{"resource":{"resourceType":"RelatedPerson","id":"mother","patient":{"reference":"Patient/06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b"},"identifier":[{"system":"urn:oid:1.2.3.5","value":"MOTHER-1"}]}}
                """,
        }.ToString());
        Assert.Equal("Bundle.entry[2].resource.identifier", Assert.Single(mothers).Expression);
    }

    [Fact]
    public void A_status_that_R4_does_not_know_is_said_and_all_that_it_knows_are_taken()
    {
        var fault = Assert.Single(Faults(new NotificationText { Status = "admitted" }.ToString()));
        Assert.Equal("Bundle.entry[1].resource.status", fault.Expression);
        Assert.DoesNotContain("admitted", fault.Text, StringComparison.Ordinal);
        foreach (var status in (string[])["planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown"])
            Assert.NotNull(Read(new NotificationText { Status = status }).Visit);
    }

    [Fact]
    public void Too_many_entries_are_the_one_fault_that_is_told()
    {
        var more = string.Concat(Enumerable.Range(0, 600).Select(i => $$$""",{"resource":{"resourceType":"Condition","id":"c{{{i}}}"}}"""));
        Assert.Equal("too-long", Assert.Single(Faults(new NotificationText { MoreEntries = more }.ToString())).Code);
    }

    private static AdtEvent Read(NotificationText text)
    {
        var reading = FhirMessageReader.Read(Encoding.UTF8.GetBytes(text.ToString()), Settings, Now);
        Assert.Empty(reading.Faults);
        using var bundle = JsonDocument.Parse(reading.Event!.Bundle);
        CheckReferences(bundle);
        return reading.Event;
    }

    private static ImmutableArray<FhirMessageFault> Faults(string text)
    {
        var reading = FhirMessageReader.Read(Encoding.UTF8.GetBytes(text), Settings, Now);
        Assert.Null(reading.Event);
        return reading.Faults;
    }

    private static JsonElement Resource(JsonDocument bundle, string type) =>
        bundle.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource")).First(r => r.GetProperty("resourceType").GetString() == type);

    /// <summary>Every reference leads to a resource of the Bundle by its new id, and no id of the sender is left in one.</summary>
    private static void CheckReferences(JsonDocument bundle)
    {
        var known = new HashSet<string>();
        foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
        {
            var resource = entry.GetProperty("resource");
            var id = resource.GetProperty("id").GetString()!;
            Assert.True(Guid.TryParse(id, out _));
            Assert.Equal("urn:uuid:" + id, entry.GetProperty("fullUrl").GetString());
            known.Add("urn:uuid:" + id);
        }

        Assert.Equal("MessageHeader", bundle.RootElement.GetProperty("entry")[0].GetProperty("resource").GetProperty("resourceType").GetString());
        foreach (var reference in References(bundle.RootElement))
            Assert.Contains(reference, known);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
            p.Name == "reference" && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
