using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Profiles;

public sealed class ProfileValidatorTests
{
    [Theory]
    [InlineData("""{"id":"Patient.birthDate","path":"Patient.birthDate","minValueDate":"1900-01-01"}""", "\"birthDate\":\"1899-12-31\"", "min-value Patient.birthDate")]
    [InlineData("""{"id":"Patient.birthDate","path":"Patient.birthDate","minValueDate":"1900-01-01"}""", "\"birthDate\":\"1900\"", "")]
    [InlineData("""{"id":"Patient.name.family","path":"Patient.name.family","maxLength":3}""", "\"name\":[{\"family\":\"Abcd\"}]", "max-length Patient.name[0].family")]
    [InlineData("""{"id":"Patient.name.family","path":"Patient.name.family","maxLength":3}""", "\"name\":[{\"family\":\"Äöü\"}]", "")]
    [InlineData("""{"id":"Patient.gender","path":"Patient.gender","fixedCode":"female"}""", "\"gender\":\"male\"", "fixed Patient.gender")]
    [InlineData("""{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"code":"M"}]}}""", "\"maritalStatus\":{\"coding\":[{\"code\":\"S\"},{\"code\":\"M\"}]}", "")]
    [InlineData("""{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"code":"M"}]}}""", "\"maritalStatus\":{\"coding\":[{\"code\":\"S\"}]}", "pattern Patient.maritalStatus")]
    [InlineData("""{"id":"Patient.deceased[x]","path":"Patient.deceased[x]","type":[{"code":"dateTime"}]}""", "\"deceasedBoolean\":true", "type Patient.deceased.ofType(boolean)")]
    [InlineData("""{"id":"Patient.contact","path":"Patient.contact","max":"0"}""", "\"contact\":[{\"name\":{\"text\":\"x\"}}]", "cardinality-max Patient.contact")]
    [InlineData("""{"id":"Patient.generalPractitioner","path":"Patient.generalPractitioner","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Organization"]}]}""", "\"generalPractitioner\":[{\"reference\":\"Practitioner/1\"}]", "reference-target Patient.generalPractitioner[0]")]
    public void A_profile_narrows_an_element(string element, string property, string expected) =>
        Assert.Equal(expected, new ProfileRig(ProfileRig.Profile("Patient", element)).Errors($$$$"""{"resourceType":"Patient",{{{{property}}}}}"""));

    [Fact]
    public void A_quantity_is_compared_with_its_limit_in_the_same_unit()
    {
        var rig = new ProfileRig(ProfileRig.Profile("Observation", """
            {"id":"Observation.value[x]","path":"Observation.value[x]","type":[{"code":"Quantity"}],"maxValueQuantity":{"value":2,"system":"http://unitsofmeasure.org","code":"kg"}}
            """));
        string Errors(string value, string unit) => rig.Errors(
            $$$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":{{{{value}}}},"system":"http://unitsofmeasure.org","code":"{{{{unit}}}}"}}""");
        Assert.Equal("", Errors("1999.9", "g"));
        Assert.Equal("max-value Observation.value.ofType(Quantity)", Errors("2000.1", "g"));
        Assert.Equal("", Errors("9000", "cm"));
    }

    [Fact]
    public void One_of_several_profiles_of_a_type_is_enough()
    {
        var rig = new ProfileRig(
            ProfileRig.Profile("Patient", """{"id":"Patient.identifier","path":"Patient.identifier","type":[{"code":"Identifier","profile":["http://example.org/p1","http://example.org/p2"]}]}"""),
            ProfileRig.Profile("Identifier", """{"id":"Identifier.system","path":"Identifier.system","min":1}""", "http://example.org/p1"),
            ProfileRig.Profile("Identifier", """{"id":"Identifier.period","path":"Identifier.period","min":1}""", "http://example.org/p2"));
        Assert.Equal("", rig.Errors("""{"resourceType":"Patient","identifier":[{"system":"http://a","value":"1"},{"value":"1","period":{"start":"2020"}}]}"""));
        Assert.Equal("type-profile Patient.identifier[0]", rig.Errors("""{"resourceType":"Patient","identifier":[{"value":"1"}]}"""));
    }

    [Fact]
    public void A_value_set_that_is_not_at_hand_is_said_once_and_is_no_error()
    {
        var rig = new ProfileRig(ProfileRig.Profile("Patient", """{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://example.org/ValueSet/absent"}}"""));
        const string Json = """{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://example.org/cs","code":"M"}]}}""";
        var found = rig.Find(Json, ProfileRig.Url);
        Assert.Single(found, i => i is { Key: "binding-unchecked", Severity: IssueSeverity.Information } && i.Message.Contains("http://example.org/ValueSet/absent", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Find(Json, ProfileRig.Url), i => i.Key == "binding-unchecked");
    }

    [Theory]
    [InlineData("""{"id":"Patient","path":"Patient","constraint":[{"key":"x-1","severity":"error","human":"h","expression":"name.exists("}]}""", "x-1")]
    [InlineData("""{"id":"Patient.extension","path":"Patient.extension"},{"id":"Patient.extension:e","path":"Patient.extension","sliceName":"e","type":[{"code":"Extension","profile":["http://example.org/absent"]}]}""", "http://example.org/absent")]
    public void What_a_profile_gets_wrong_is_noted_and_the_rest_is_checked(string elements, string subject)
    {
        var rig = new ProfileRig(ProfileRig.Profile("Patient", elements + """,{"id":"Patient.active","path":"Patient.active","min":1}"""));
        Assert.Equal("cardinality-min Patient.active", rig.Errors("""{"resourceType":"Patient","gender":"male"}"""));
        Assert.Contains(rig.Plans.Notes.All, n => n.Subject.Contains(subject, StringComparison.Ordinal));
    }

    [Fact]
    public void A_declared_version_that_is_not_at_hand_is_checked_by_the_one_that_is_and_said()
    {
        var rig = new ProfileRig(ProfileRig.Profile("Patient", """{"id":"Patient.active","path":"Patient.active","min":1}"""));
        var found = rig.Find($$$$"""{"resourceType":"Patient","meta":{"profile":["{{{{ProfileRig.Url}}}}|9.9"]},"gender":"male"}""");
        Assert.Contains(found, i => i is { Key: "profile-version", Severity: IssueSeverity.Information });
        Assert.Contains(found, i => i is { Key: "cardinality-min", Expression: "Patient.active", Profile: ProfileRig.Url + "|1.2" });
        Assert.Contains(rig.Find("""{"resourceType":"Patient","meta":{"profile":["http://example.org/unknown"]}}"""), i => i is { Key: "profile-unknown", Severity: IssueSeverity.Warning });
    }

    [Fact]
    public void Only_the_findings_of_a_chosen_profile_are_warnings()
    {
        var sets = new FhirGateway.Validation.ProfileSets().Of([]);
        var validator = new FhirGateway.Fhir.Profiles.ProfileValidator(sets.Plans);
        var tape = new FhirGateway.Fhir.Json.JsonTape();
        Assert.True(tape.Read("""{"resourceType":"Observation","status":"wrong","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"text":"x"}}"""u8.ToArray()).IsNone);
        var found = new List<FhirGateway.Fhir.Profiles.ValidationIssue>();
        validator.Validate(tape, found);
        Assert.Contains(found, i => i is { Key: "cardinality-min", Expression: "Observation.subject", Severity: IssueSeverity.Warning } && i.Profile!.Contains("us-core-observation-lab", StringComparison.Ordinal));
        Assert.Contains(found, i => i is { Key: "binding-required", Expression: "Observation.status", Severity: IssueSeverity.Error });
    }
}
