using System.Text.Json;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using static FhirGateway.Tests.Normalization.Adt.AdtMessages;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>What real senders write where the standard would have it otherwise, or leaves it open.</summary>
public sealed class SendersHabitsTests
{
    private const string Cdcrec = "urn:oid:2.16.840.1.113883.6.238";
    private const string Npi = "http://hl7.org/fhir/sid/us-npi";

    [Fact]
    public void A_doctor_who_is_repeated_for_each_number_is_one_person_who_goes_by_the_NPI()
    {
        var converted = Convert(Message(pv1: Pv1(
            (2, "I"), (7, "1001^WELBY^MARCUS^^^^MD^^EPIC^L^^^PROVID~1234567893^Welby^Marcus^^^^MD^^NPI^L^^^NPI"), (19, "V1"))));
        var doctor = Assert.Single(Resources(converted), r => TypeOf(r) == "Practitioner");
        Assert.Equal(
            [(Npi, "1234567893"), ("urn:fhir-gateway:authority:north:EPIC", "1001")],
            doctor.GetProperty("identifier").EnumerateArray().Select(i => (Text(i, "system"), Text(i, "value"))));
        Assert.Equal(1, Resource(converted, "Encounter").GetProperty("participant").GetArrayLength());
        Assert.Equal("1234567893", converted.Visit!.AttendingNpi);
    }

    [Theory]
    [InlineData("3003^SMITH^JOHN^^^^^^EPIC~3004^SMITH^JOHN^^^^^^EPIC")]
    [InlineData("3003^SMITH^JOHN^^SR^^^^EPIC~1234567893^SMITH^JOHN^^JR^^^^NPI")]
    [InlineData("1003000126^SMITH^JOHN^^^^^^NPI~1234567893^SMITH^JOHN^^^^^^NPI")]
    [InlineData("3003^SMITH^^^^^^^EPIC~1234567893^SMITH^^^^^^^NPI")]
    public void Two_doctors_of_one_name_stay_two(string consultants) =>
        Assert.Equal(2, Resources(Convert(Message(pv1: Pv1((2, "I"), (9, consultants), (19, "V1"))))).Count(r => TypeOf(r) == "Practitioner"));

    [Theory]
    [InlineData("1234567893^A^B^^^^^^&2.16.840.1.113883.4.6&ISO", Npi)]
    [InlineData("1234567893^A^B^^^^^^NPPES", Npi)]
    [InlineData("1234567893^A^B^^^^^NPI", Npi)]
    [InlineData("1234567890^A^B^^^^^^NPI^L^^^NPI", "urn:fhir-gateway:authority:north:NPI")]
    [InlineData("1234567890^A^B^^^^^^&2.16.840.1.113883.4.6&ISO", "urn:fhir-gateway:authority:north:NPI")]
    public void A_number_is_one_of_the_national_registry_by_its_mark_and_its_check_digit(string doctor, string system)
    {
        var converted = Convert(Message(pv1: Pv1((2, "I"), (17, doctor), (19, "V1"))));
        Assert.Equal(system, Text(Resource(converted, "Practitioner").GetProperty("identifier")[0], "system"));
        Assert.Equal(system != Npi, converted.Issues.Contains(new AdtIssue(AdtIssueCodes.InvalidIdentifier, "PV1-17")));
    }

    [Fact]
    public void Whoever_was_the_primary_care_provider_is_not_told_and_not_listed()
    {
        var converted = Convert(Message(pv1:
            "ROL|1|AD|PP|1245319599^PCP^OLD^^^^^^NPI|20100101|20200101\rROL|2|UP|PP|1003000126^PCP^NEW^^^^^^NPI|20200102\rROL|3|DE|PP|1234567893^PCP^GONE^^^^^^NPI\r" + Stay));
        Assert.Equal(["1003000126"], converted.CareNpis);
        var listed = Assert.Single(Resource(converted, "Patient").GetProperty("generalPractitioner").EnumerateArray());
        var role = Resources(converted).Single(r => "urn:uuid:" + Text(r, "id") == Text(listed, "reference"));
        Assert.Equal("2020-01-02", Text(role.GetProperty("period"), "start"));
    }

    [Fact]
    public void A_diagnosis_has_every_use_that_is_sent_and_none_that_is_taken_back()
    {
        var converted = Convert(Message("A03") +
            "DG1|1||I50.9^HF^I10|||A|||||||||||||||D\rDG1|2||I50.9^HF^I10|||A\rDG1|3||I50.9^HF^I10|||F|||||||||1\rDG1|4||J18.9^Pn^I10|||A|||||||||||||||D\r");
        var conditions = Resources(converted).Where(r => TypeOf(r) == "Condition").ToDictionary(c => c.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString()!);
        Assert.False(conditions["I50.9"].TryGetProperty("verificationStatus", out _));
        Assert.True(conditions["J18.9"].TryGetProperty("verificationStatus", out _));
        var named = Resource(converted, "Encounter").GetProperty("diagnosis").EnumerateArray().ToList();
        Assert.Equal(["AD", "DD"], named.Select(d => Text(d.GetProperty("use").GetProperty("coding")[0], "code")));
        Assert.All(named, d => Assert.Equal("urn:uuid:" + Text(conditions["I50.9"], "id"), Text(d.GetProperty("condition"), "reference")));
    }

    [Fact]
    public void An_allergy_that_is_deleted_under_one_number_and_stands_under_another_stands()
    {
        var converted = Convert(Message("A60") + "IAM|1|DA|70618^Penicillin^RXNORM|SV|HIVES|D|A1\rIAM|2|DA|70618^Penicillin^RXNORM|MODERATE|247472004^^SCT|A|A2\rIAM|3|FA|^Nuts|LEVEL3\r");
        var allergy = Resource(converted, "AllergyIntolerance");
        Assert.Equal("active", Text(allergy.GetProperty("clinicalStatus").GetProperty("coding")[0], "code"));
        var reaction = allergy.GetProperty("reaction")[0];
        Assert.Equal("moderate", Text(reaction, "severity"));
        Assert.Equal(("http://snomed.info/sct", "247472004"), CodingOf(reaction.GetProperty("manifestation")[0]));
        Assert.Contains(new AdtIssue(AdtIssueCodes.UnmappedCode, "IAM-4"), converted.Issues);
    }

    [Fact]
    public void Lines_of_one_text_are_all_kept_and_what_is_said_twice_is_said_once()
    {
        var converted = Convert(Message("A08") + "OBX|1|TX|NOTE||line one\rOBX|2|TX|NOTE||line two\rOBX|3|TX|NOTE||line one\r");
        var lines = Resources(converted).Where(r => TypeOf(r) == "Observation").ToList();
        Assert.Equal(["line one", "line two"], lines.Select(l => Text(l, "valueString")));
        Assert.Equal(2, lines.Select(l => Text(l, "id")).Distinct().Count());
    }

    [Fact]
    public void A_code_of_a_local_system_is_none_of_the_standard_unless_the_feed_says_so()
    {
        var message = Message(pid: "PID|1||M1^^^NORTH^MR||DOE^ANN||19500214|F|||||||SPA^Spanish^99EPIC|S^Separated^99EPIC");
        var patient = Resource(Convert(message), "Patient");
        Assert.Equal(("urn:fhir-gateway:codes:north:99EPIC", "S"), CodingOf(patient.GetProperty("maritalStatus")));
        Assert.Equal(("urn:fhir-gateway:codes:north:99EPIC", "SPA"), CodingOf(patient.GetProperty("communication")[0].GetProperty("language")));
        Assert.Empty(FeedTableReader.Read("marital-status", "S\tL", out var table));
        var settings = Settings with { Tables = AdtTables.Of([table!]) };
        Assert.Equal(
            ("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "L"), CodingOf(Resource(Convert(message, settings: settings), "Patient").GetProperty("maritalStatus")));
    }

    [Theory]
    [InlineData("EN", "urn:ietf:bcp:47", "en")]
    [InlineData("en_us^English", "urn:ietf:bcp:47", "en-US")]
    [InlineData("SP^Spanish", "urn:fhir-gateway:table:north:0296", "SP")]
    public void Two_letters_are_a_language_if_ISO_639_has_them(string sent, string system, string code) =>
        Assert.Equal((system, code), CodingOf(Resource(Convert(Message(pid: Ann + "|||||||" + sent)), "Patient").GetProperty("communication")[0].GetProperty("language")));

    [Theory]
    [InlineData("27447^TKA^CPT", "http://www.ama-assn.org/go/cpt")]
    [InlineData("E11.9^DM^2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm")]
    [InlineData("E11.9^DM^ICD10-CM", "http://hl7.org/fhir/sid/icd-10-cm")]
    [InlineData("44054006^DM^SNOMED", "urn:fhir-gateway:codes:north:SNOMED")]
    public void A_code_system_goes_by_its_names_in_use_and_by_its_OID(string code, string system) =>
        Assert.Equal(system, CodingOf(Resource(Convert(Message() + $"DG1|1||{code}"), "Condition").GetProperty("code")).System);

    [Fact]
    public void An_ethnicity_among_the_races_goes_where_it_belongs()
    {
        var patient = Resource(Convert(Message(pid: Ann + "||2135-2^HISPANIC^CDCREC~2106-3^White^CDCREC")), "Patient");
        var extensions = patient.GetProperty("extension").EnumerateArray().ToDictionary(e => Text(e, "url")!.Split('-')[^1], e => e.GetProperty("extension")[0].GetProperty("valueCoding"));
        Assert.Equal(("2106-3", "White"), (Text(extensions["race"], "code"), Text(extensions["race"], "display")));
        Assert.Equal((Cdcrec, "2135-2", "Hispanic or Latino"), (Text(extensions["ethnicity"], "system"), Text(extensions["ethnicity"], "code"), Text(extensions["ethnicity"], "display")));
    }

    [Theory]
    [InlineData("(217)555-1234^PRN^PH^^^^5551234", "phone (217)555-1234")]
    [InlineData("joe@example.org", "email joe@example.org")]
    [InlineData("^PRN^PH^jane@example.org^1^217^5550000", "phone +1 217-5550000, email jane@example.org")]
    [InlineData("^NET^Internet^a@b.org~(217)555-1234", "email a@b.org, phone (217)555-1234")]
    public void Telephones_keep_their_area_and_mail_is_mail(string sent, string telecoms)
    {
        var converted = Convert(Message(pid: Ann + "|||||" + sent));
        Assert.Equal(telecoms, string.Join(", ", Resource(converted, "Patient").GetProperty("telecom").EnumerateArray().Select(t => $"{Text(t, "system")} {Text(t, "value")}")));
        Assert.Equal(telecoms.Contains("phone", StringComparison.Ordinal), converted.Patient.Phone is { } phone && !phone.Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public void Where_somebody_was_born_is_no_address_at_which_to_find_or_match_them()
    {
        var converted = Convert(Message(pid: Ann + "|||^^CHICAGO^IL^60601^USA^BDL~1 MAIN^^PEORIA^IL^61602^USA"));
        var patient = Resource(converted, "Patient");
        Assert.Equal("PEORIA", Text(Assert.Single(patient.GetProperty("address").EnumerateArray()), "city"));
        Assert.Equal("CHICAGO", Text(patient.GetProperty("extension")[0].GetProperty("valueAddress"), "city"));
        Assert.Equal("61602", converted.Patient.PostalCode);
    }

    [Fact]
    public void The_first_birth_of_one_is_no_multiple_birth() =>
        Assert.False(Resource(Convert(Message(pid: Ann + new string('|', 16) + "N|1")), "Patient").GetProperty("multipleBirthBoolean").GetBoolean());

    [Fact]
    public void A_relation_that_may_be_the_spouse_gives_the_patient_no_number()
    {
        var converted = Convert(Message() + "IN1|1|P|1|MEDICARE||||||||||||SPOUSE^SAM|S|19310101||||||||||||||||||1EG4TE5MK73\r");
        Assert.DoesNotContain(converted.Patient.Identifiers, i => i.Value == "1EG4TE5MK73");
        Assert.Equal("RelatedPerson", Text(Resource(converted, "Coverage").GetProperty("subscriber"), "type"));
        var own = Convert(Message() + "IN1|1|P|1|MEDICARE||||||||||||Doe^Ann||19500214||||||||||||||||||1EG4TE5MK73\r");
        Assert.Contains(own.Patient.Identifiers, i => i.Value == "1EG4TE5MK73");
        Assert.Equal("Patient", Text(Resource(own, "Coverage").GetProperty("subscriber"), "type"));
    }

    [Fact]
    public void A_states_licences_and_its_Medicaid_members_are_two_lists()
    {
        var converted = Convert(Message(pid: "PID|1||M1^^^NORTH^MR~987^^^IL^MA~987^^^IL^DL~5^^^LAB&2.16.840.1.113883.19&iso^PI||DOE^ANN||19500214|F"));
        Assert.Equal(
            ["urn:fhir-gateway:authority:north:NORTH", "urn:fhir-gateway:authority:north:IL", "urn:fhir-gateway:authority:north:DL-IL", "urn:oid:2.16.840.1.113883.19"],
            converted.Patient.Identifiers.Select(i => i.System));
    }

    [Fact]
    public void A_visit_that_is_planned_says_for_when()
    {
        var planned = Resource(Convert(Message("A05") + "PV2||||||||20260401080000|20260405\r"), "Encounter").GetProperty("extension");
        Assert.Equal(("plannedStartDate", "2026-04-01T08:00:00-04:00"), (Text(planned[0], "url")!.Split('.')[^1], Text(planned[0], "valueDateTime")));
        Assert.Equal(("plannedEndDate", "2026-04-05"), (Text(planned[1], "url")!.Split('.')[^1], Text(planned[1], "valueDateTime")));
    }

    private static string? TypeOf(JsonElement resource) => Text(resource, "resourceType");

    private static string? Text(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static (string? System, string? Code) CodingOf(JsonElement concept) =>
        (Text(concept.GetProperty("coding")[0], "system"), Text(concept.GetProperty("coding")[0], "code"));
}
