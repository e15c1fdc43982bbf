using FhirGateway.Fhir.Normalization;

namespace FhirGateway.Tests.Fhir.Normalization;

/// <summary>A golden pair for each rule: what was sent, what comes of it, and how it is explained.</summary>
public sealed class NormalizationRuleTests
{
    private const string Race = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race";
    private const string Ethnicity = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity";
    private const string BirthSex = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex";
    private const string Cdc = "urn:oid:2.16.840.1.113883.6.238";
    private const string Patient = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0";
    private const string Lab = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab|6.1.0";
    private const string Pressure = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure|6.1.0";
    private const string Table0203 = "http://terminology.hl7.org/CodeSystem/v2-0203";

    [Theory]
    [InlineData("urn:oid:2.16.840.1.113883.6.96", "http://snomed.info/sct")]
    [InlineData("2.16.840.1.113883.6.1", "http://loinc.org")]
    [InlineData("https://loinc.org", "http://loinc.org")]
    [InlineData("http://loinc.org/", "http://loinc.org")]
    [InlineData("https://loinc.org/", "http://loinc.org")]
    [InlineData("2.16.840.1.113883.6.238", Cdc)]
    [InlineData("http://www.nubc.org/CodeSystem/RevenueCodes", "https://www.nubc.org/CodeSystem/RevenueCodes")]
    [InlineData("http://hl7.org/fhir/v2/0203", Table0203)]
    [InlineData("urn:oid:2.16.840.1.113883.12.203", Table0203)]
    [InlineData("http://hl7.org/fhir/v3/ActCode", "http://terminology.hl7.org/CodeSystem/v3-ActCode")]
    [InlineData("urn:oid:2.16.840.1.113883.5.6", "http://terminology.hl7.org/CodeSystem/v3-ActClass")]
    [InlineData("http://hl7.org/fhir/observation-category", "http://terminology.hl7.org/CodeSystem/observation-category")]
    [InlineData("http://hl7.org/fhir/ex-claimtype", "http://terminology.hl7.org/CodeSystem/claim-type")]
    [InlineData("http://hl7.org.fhir/sid/us-npi", "http://hl7.org/fhir/sid/us-npi")]
    [InlineData("urn:oid:2.16.840.1.113883.4.927", "http://hl7.org/fhir/sid/us-mbi")]
    public void A_system_gets_its_canonical_name(string sent, string canonical)
    {
        var normalized = Normalized.Of($$$$"""{"resourceType":"Basic","code":{"coding":[{"system":"{{{{sent}}}}","code":"1.0"}]}}""");
        Assert.Equal($$$$"""{"resourceType":"Basic","code":{"coding":[{"system":"{{{{canonical}}}}","code":"1.0"}]}}""", normalized.Json);
        Assert.Equal(new NormalizationChange(NormalizationRule.CanonicalSystem, "Basic.code.coding[0].system", 53), Assert.Single(normalized.Changes));
        Assert.Empty(Normalized.Of(normalized.Json).Changes);
    }

    [Theory]
    [InlineData("http://loinc.org")]
    [InlineData("urn:oid:2.16.840.1.113883.6.238")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v2-0203")]
    [InlineData("http://hl7.org/fhir/v2/0360/2.7")]
    [InlineData("http://hl7.org/fhir/v3/")]
    [InlineData("https://payer.example/codes")]
    [InlineData("urn:oid:1.2.3")]
    [InlineData("phone")]
    [InlineData("")]
    public void A_system_that_is_canonical_or_not_known_is_left(string system) =>
        Assert.Empty(Normalized.Of($$$$"""{"resourceType":"Basic","code":{"coding":[{"system":"{{{{system}}}}","code":"x"}]}}""").Changes);

    [Fact]
    public void A_race_of_a_concept_becomes_that_of_us_core()
    {
        Golden(
            """{"url":"http://hl7.org/fhir/StructureDefinition/us-core-race","valueCodeableConcept":{"text":"Wh\u0069te; Irish","coding":[{"system":"2.16.840.1.113883.5.104","code":"2106-3","display":"White"},{"code":"2113-9","system":"http://hl7.org/fhir/v3/Race"}]}}""",
            $$$$"""{"url":"{{{{Race}}}}","extension":[{"url":"ombCategory","valueCoding":{"system":"{{{{Cdc}}}}","code":"2106-3","display":"White"}},{"url":"detailed","valueCoding":{"code":"2113-9","system":"{{{{Cdc}}}}"}},{"url":"text","valueString":"Wh\u0069te; Irish"}]}""",
            "race");
    }

    [Fact]
    public void The_text_is_that_of_the_displays_sent_else_that_of_the_code_system()
    {
        Golden(
            """{"url":"http://hl7.org/fhir/StructureDefinition/us-core-ethnicity","valueCodeableConcept":{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.50","code":"2186-5"}]}}""",
            $$$$"""{"url":"{{{{Ethnicity}}}}","extension":[{"url":"ombCategory","valueCoding":{"system":"{{{{Cdc}}}}","code":"2186-5"}},{"url":"text","valueString":"Not Hispanic or Latino"}]}""",
            "ethnicity");
        Golden(
            $$$$"""{"url":"{{{{Race}}}}","extension":[{"url":"ombCategory","valueCoding":{"system":"{{{{Cdc}}}}","code":"2028-9","display":"ASIAN"}},{"url":"detailed","valueCoding":{"system":"{{{{Cdc}}}}","code":"2034-7"}}]}""",
            $$$$"""{"url":"{{{{Race}}}}","extension":[{"url":"ombCategory","valueCoding":{"system":"{{{{Cdc}}}}","code":"2028-9","display":"ASIAN"}},{"url":"detailed","valueCoding":{"system":"{{{{Cdc}}}}","code":"2034-7"}},{"url":"text","valueString":"ASIAN, Chinese"}]}""",
            "race-text");
    }

    [Fact]
    public void Argonaut_extensions_get_the_urls_of_us_core_and_codes_their_system_and_place()
    {
        Golden(
            """{"url":"http://fhir.org/guides/argonaut/StructureDefinition/argo-race","extension":[{"url":"ombCategory","valueCoding":{"system":"http://hl7.org/fhir/v3/Race","code":"2034-7","display":"Chinese"}},{"url":"text","valueString":"Chinese"}]}""",
            $$$$"""{"url":"{{{{Race}}}}","extension":[{"url":"detailed","valueCoding":{"system":"{{{{Cdc}}}}","code":"2034-7","display":"Chinese"}},{"url":"text","valueString":"Chinese"}]}""",
            "race", "race-category", "race-system");
        Golden(
            """{"url":"http://fhir.org/guides/argonaut/StructureDefinition/argo-birthsex","valueCode":"F"}""",
            $$$$"""{"url":"{{{{BirthSex}}}}","valueCode":"F"}""", "birth-sex");
    }

    [Fact]
    public void A_birth_sex_of_a_concept_becomes_a_code()
    {
        Golden(
            """{"url":"http://hl7.org/fhir/StructureDefinition/us-core-birth-sex","valueCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/v3/AdministrativeGender","code":"M","display":"Male"}],"text":"Male"}}""",
            $$$$"""{"url":"{{{{BirthSex}}}}","valueCode":"M"}""", "birth-sex");
    }

    [Fact]
    public void What_the_new_shape_cannot_hold_stays_beside_it()
    {
        const string Old = """{"url":"http://hl7.org/fhir/StructureDefinition/us-core-race","valueCodeableConcept":{"coding":[{"system":"urn:x-local","code":"7","display":"Other"},{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2131-1"}]}}""";
        Golden(Old, Old + $$$$""",{"url":"{{{{Race}}}}","extension":[{"url":"detailed","valueCoding":{"system":"{{{{Cdc}}}}","code":"2131-1"}},{"url":"text","valueString":"Other Race"}]}""", "race");
        const string Sex = """{"url":"http://hl7.org/fhir/StructureDefinition/us-core-birth-sex","valueCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender","code":"F"}],"text":"Female at birth, per certificate"}}""";
        Golden(Sex, Sex + $$$$""",{"url":"{{{{BirthSex}}}}","valueCode":"F"}""", "birth-sex");
    }

    [Theory]
    [InlineData("""{"url":"http://hl7.org/fhir/StructureDefinition/us-core-race","valueCodeableConcept":{"coding":[{"system":"urn:x-local","code":"2106-3"}]}}""")]
    [InlineData("""{"url":"http://hl7.org/fhir/StructureDefinition/us-core-race","valueCodeableConcept":{"coding":[{"code":"2106-3"}]}}""")]
    [InlineData("""{"url":"http://hl7.org/fhir/StructureDefinition/us-core-race","valueCodeableConcept":{"coding":[{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2135-2"}]}}""")]
    [InlineData("""{"url":"http://hl7.org/fhir/StructureDefinition/us-core-ethnicity","valueCodeableConcept":{"coding":[{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2135-2"},{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2186-5"}]}}""")]
    [InlineData("""{"url":"http://hl7.org/fhir/StructureDefinition/us-core-birth-sex","valueCodeableConcept":{"text":"Male"}}""")]
    [InlineData("""{"url":"http://hl7.org/fhir/StructureDefinition/us-core-birth-sex","valueCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender","code":"UN"}]}}""")]
    [InlineData("""{"url":"http://hl7.org/fhir/StructureDefinition/us-core-race","valueCodeableConcept":7}""")]
    [InlineData("""{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[]}""")]
    [InlineData("""{"url":"urn:other","valueString":"x"}""")]
    [InlineData("7")]
    public void Nothing_is_made_of_what_does_not_say_it(string extension) =>
        Assert.Empty(Normalized.Of($$$$"""{"resourceType":"Patient","extension":[{{{{extension}}}}]}""").Changes);

    [Fact]
    public void An_extension_of_us_core_that_is_there_already_wins_over_a_legacy_one()
    {
        const string Both = $$$$"""
            {"resourceType":"Patient","extension":[{"url":"http://fhir.org/guides/argonaut/StructureDefinition/argo-race","extension":[{"url":"text","valueString":"a"}]},
            {"url":"{{{{Race}}}}","extension":[{"url":"text","valueString":"b"}]}]}
            """;
        Assert.Empty(Normalized.Of(Both).Changes);
    }

    [Theory]
    [InlineData("Practitioner", """{"system":"http://hl7.org/fhir/sid/us-npi","value":"x"}""", """{"system":"http://hl7.org/fhir/sid/us-npi","value":"x","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]}}""", "identifier-type")]
    [InlineData("Organization", """{"system":"urn:oid:2.16.840.1.113883.4.4","value":"12-3456789"}""", """{"system":"urn:oid:2.16.840.1.113883.4.4","value":"12-3456789","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"TAX"}]}}""", "identifier-type")]
    [InlineData("Patient", """{"system":"http://hl7.org/fhir/sid/us-mbi","value":"1EG4TE5MK73"}""", """{"system":"http://hl7.org/fhir/sid/us-mbi","value":"1EG4TE5MK73","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MC"}]}}""", "identifier-type")]
    [InlineData("Practitioner", """{"type":{"coding":[{"system":"http://hl7.org/fhir/v2/0203X","code":"NPI"},{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]},"value":"1234567893"}""", """{"type":{"coding":[{"system":"http://hl7.org/fhir/v2/0203X","code":"NPI"},{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]},"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}""", "identifier-system")]
    [InlineData("Patient", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MC"}]},"value":"1EG4TE5MK73"}""", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MC"}]},"system":"http://hl7.org/fhir/sid/us-mbi","value":"1EG4TE5MK73"}""", "identifier-system")]
    [InlineData("Practitioner", """{"type":{"coding":[{"system":"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType","code":"npi"}]},"system":"http://hl7.org/fhir/sid/us-npi","value":"1"}""", """{"type":{"coding":[{"system":"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType","code":"npi"},{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]},"system":"http://hl7.org/fhir/sid/us-npi","value":"1"}""", "identifier-type")]
    [InlineData("Patient", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MB"}]},"value":"77"}""", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MB"}]},"system":"urn:acme:members","value":"77"}""", "member-system")]
    public void An_identifier_says_by_its_system_what_its_type_says_and_the_other_way(string type, string sent, string expected, string rule)
    {
        string Resource(string identifier) => $$$$"""{"resourceType":"{{{{type}}}}","identifier":[{{{{identifier}}}}]}""";
        var normalized = Normalized.Of(Resource(sent), memberSystem: "urn:acme:members");
        // The first code of the second NPI is in a table that does not exist: only its prefix is known.
        Assert.Equal(Resource(expected).Replace("http://hl7.org/fhir/v2/0203X", "http://terminology.hl7.org/CodeSystem/v2-0203X", StringComparison.Ordinal), normalized.Json);
        Assert.Contains(rule, normalized.Rules);
        Assert.Empty(Normalized.Of(normalized.Json, memberSystem: "urn:acme:members").Changes);
    }

    [Theory]
    [InlineData("Practitioner", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]},"value":"1234567890"}""")]
    [InlineData("Patient", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MC"}]},"value":"123456789A"}""")]
    [InlineData("Patient", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MB"}]},"value":"1EG4TE5MK73"}""")]
    [InlineData("Patient", """{"type":{"coding":[{"code":"MC"}]},"value":"1EG4TE5MK73"}""")]
    [InlineData("Practitioner", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"TAX"}]},"value":"123456789"}""")]
    [InlineData("Practitioner", """{"type":{"text":"NPI"},"value":"1234567893"}""")]
    [InlineData("Practitioner", """{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"PRN"}]},"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}""")]
    [InlineData("Patient", """{"system":"http://hl7.org/fhir/sid/us-ssn","value":"123-45-6789"}""")]
    [InlineData("Patient", """{"system":"http://hl7.org/fhir/sid/us-mbi"}""")]
    [InlineData("Patient", "7")]
    public void What_an_identifier_does_not_say_is_not_guessed(string type, string identifier) =>
        Assert.Empty(Normalized.Of($$$$"""{"resourceType":"{{{{type}}}}","identifier":[{{{{identifier}}}}]}""").Changes);

    [Theory]
    [InlineData("INPATIENT", "institutional", "inpatient")]
    [InlineData("OUTPATIENT", "institutional", "outpatient")]
    [InlineData("CARRIER", "professional", null)]
    [InlineData("PDE", "pharmacy", null)]
    [InlineData("HOSPICE", "institutional", null)]
    public void A_claim_type_of_cms_gets_the_coding_that_carin_chooses_by(string code, string type, string? subtype)
    {
        var sent = $$$$"""{"resourceType":"ExplanationOfBenefit","type":{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"{{{{code}}}}"}]},"use":"claim"}""";
        var expected = $$$$"""{"resourceType":"ExplanationOfBenefit","type":{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"{{{{code}}}}"},{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"{{{{type}}}}"}]},"use":"claim" """.TrimEnd()
            + (subtype is null ? "}" : $$$$""","subType":{"coding":[{"system":"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBInstitutionalClaimSubType","code":"{{{{subtype}}}}"}]}}""");
        var normalized = Normalized.Of(sent);
        Assert.Equal(expected, normalized.Json);
        Assert.Equal(subtype is null ? ["claim-type"] : ["claim-type", "claim-subtype"], normalized.Rules);
        Assert.Empty(Normalized.Of(normalized.Json).Changes);
    }

    [Theory]
    [InlineData("""{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"PDE"},{"system":"https://bluebutton.cms.gov/resources/variables/nch_clm_type_cd","code":"60"}]}""")]
    [InlineData("""{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"?"}]}""")]
    [InlineData("""{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"INPATIENT"},{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"pharmacy"}]}""")]
    [InlineData("""{"text":"inpatient"}""")]
    [InlineData("7")]
    public void A_claim_type_that_is_unclear_or_said_already_is_left(string type) =>
        Assert.Empty(Normalized.Of($$$$"""{"resourceType":"ExplanationOfBenefit","type":{{{{type}}}}}""").Changes);

    [Theory]
    [InlineData("""{"resourceType":"Patient"}""", """{"resourceType":"Patient","name":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}]""", Patient, "Patient.name")]
    [InlineData("""{"resourceType":"Patient","name":[{"text":"J"}]}""", """{"resourceType":"Patient","name":[{"text":"J","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}]""", Patient, "Patient.name[0].extension")]
    [InlineData("""{"resourceType":"Observation"}""", """{"resourceType":"Observation","dataAbsentReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"unknown"}]}""", Lab, "Observation.dataAbsentReason")]
    [InlineData("""{"resourceType":"Observation","component":[{"code":{}}]}""", """{"resourceType":"Observation","component":[{"code":{},"dataAbsentReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"unknown"}]}}]""", Pressure, "Observation.component[0].dataAbsentReason")]
    public void What_a_profile_asks_for_and_is_absent_is_said_to_be(string sent, string expected, string profile, string path)
    {
        var normalized = Normalized.Of(sent, profile);
        Assert.Equal(expected + ",\"meta\":{\"profile\":[\"" + profile + "\"]}}", normalized.Json);
        Assert.Equal(path, normalized.Changes[0].Expression);
        Assert.Empty(Normalized.Of(normalized.Json, profile).Changes);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"F"}]""", Patient)]
    [InlineData("""{"resourceType":"Patient","name":[{"_given":[{"id":"a"}]}]""", Patient)]
    [InlineData("""{"resourceType":"Patient","name":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}]""", Patient)]
    [InlineData("""{"resourceType":"Observation","valueString":"1\u0041"  """, Lab)]
    [InlineData("""{"resourceType":"Observation","hasMember":[{"reference":"#a"}]""", Lab)]
    [InlineData("""{"resourceType":"Observation","component":[{"code":{}}]""", Lab)]
    [InlineData("""{"resourceType":"Observation","dataAbsentReason":{"text":"lost"}""", Lab)]
    [InlineData("""{"resourceType":"Observation"  """, "http://hl7.org/fhir/us/core/StructureDefinition/us-core-smokingstatus|6.1.0")]
    [InlineData("""{"resourceType":"Condition"  """, Patient)]
    public void Absence_is_said_only_where_it_is_asked_for(string sent, string profile) =>
        Assert.Equal(["declared-profile"], Normalized.Of(sent + "}", profile).Rules);

    [Theory]
    [InlineData("", ",\"meta\":{\"profile\":[\"P|6.1.0\"]}")]
    [InlineData(",\"meta\":{}", ",\"meta\":{\"profile\":[\"P|6.1.0\"]}")]
    [InlineData(",\"meta\":{\"tag\":[]}", ",\"meta\":{\"profile\":[\"P|6.1.0\"],\"tag\":[]}")]
    [InlineData(",\"meta\":{\"profile\":[]}", ",\"meta\":{\"profile\":[\"P|6.1.0\"]}")]
    [InlineData(",\"meta\":{\"profile\":[\"Q\"]}", ",\"meta\":{\"profile\":[\"Q\",\"P|6.1.0\"]}")]
    [InlineData(",\"meta\":{\"profile\":[\"P\"]}", null)]
    [InlineData(",\"meta\":{\"profile\":[\"P|3.1.1\"]}", null)]
    [InlineData(",\"meta\":{\"profile\":[\"P|6.1.0\"]}", null)]
    [InlineData(",\"meta\":7", null)]
    public void The_profile_is_declared_and_what_was_declared_stays(string meta, string? expected)
    {
        const string Url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-location";
        var sent = "{\"resourceType\":\"Location\"" + meta.Replace("\"P", "\"" + Url, StringComparison.Ordinal) + "}";
        var normalized = Normalized.Of(sent, Url + "|6.1.0");
        Assert.Equal(expected is null ? sent : "{\"resourceType\":\"Location\"" + expected.Replace("\"P", "\"" + Url, StringComparison.Ordinal) + "}", normalized.Json);
        Assert.Equal(expected is null ? [] : ["declared-profile"], normalized.Rules);
        Assert.Empty(Normalized.Of(normalized.Json, Url + "|6.1.0").Changes);
    }

    [Fact]
    public void Carin_asks_for_the_version_in_the_declaration()
    {
        const string Url = "http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-Coverage";
        var normalized = Normalized.Of("{\"resourceType\":\"Coverage\",\"meta\":{\"profile\":[\"" + Url + "\"]}}", Url + "|2.0.0");
        Assert.Equal("{\"resourceType\":\"Coverage\",\"meta\":{\"profile\":[\"" + Url + "\",\"" + Url + "|2.0.0\"]}}", normalized.Json);
        Assert.Empty(Normalized.Of(normalized.Json, Url + "|2.0.0").Changes);
    }

    [Fact]
    public void Contained_resources_are_normalized_but_declare_no_profile()
    {
        var normalized = Normalized.Of(
            """{"resourceType":"Claim","contained":[{"resourceType":"Patient","id":"p","extension":[{"url":"http://fhir.org/guides/argonaut/StructureDefinition/argo-birthsex","valueCode":"M"}]}]}""", Patient);
        Assert.Equal(["birth-sex", "declared-profile"], normalized.Rules);
        Assert.Equal("Claim.contained[0].extension[0].url", normalized.Changes[0].Expression);
    }

    [Fact]
    public void Every_rule_has_a_name_of_its_own() =>
        Assert.Equal(NormalizationRule.All.Count, NormalizationRule.All.Select(r => r.Id).Distinct().Count());

    private static void Golden(string sent, string expected, params string[] rules)
    {
        var normalized = Normalized.Of("{\"resourceType\":\"Patient\",\"extension\":[" + sent + "],\"active\":true}");
        Assert.Equal("{\"resourceType\":\"Patient\",\"extension\":[" + expected + "],\"active\":true}", normalized.Json);
        Assert.Equal(rules, normalized.Rules);
        Assert.Empty(Normalized.Of(normalized.Json).Changes);
    }
}
