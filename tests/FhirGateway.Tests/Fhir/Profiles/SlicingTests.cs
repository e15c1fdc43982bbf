namespace FhirGateway.Tests.Fhir.Profiles;

/// <summary>profiling.html#slicing.</summary>
public sealed class SlicingTests
{
    private const string TwoSystems = """
        {"id":"Patient.identifier:a","path":"Patient.identifier","sliceName":"a","min":1,"max":"1"},
        {"id":"Patient.identifier:a.system","path":"Patient.identifier.system","min":1,"fixedUri":"http://a"},
        {"id":"Patient.identifier:b","path":"Patient.identifier","sliceName":"b","min":0,"max":"2"},
        {"id":"Patient.identifier:b.system","path":"Patient.identifier.system","min":1,"fixedUri":"http://b"},
        {"id":"Patient.identifier:b.value","path":"Patient.identifier.value","min":1}
        """;

    [Theory]
    [InlineData("open", "false", "a,b,b", "")]
    [InlineData("open", "false", "x,b", "slice-min Patient.identifier")]
    [InlineData("open", "false", "a,a", "slice-max Patient.identifier")]
    [InlineData("open", "false", "a,x", "")]
    [InlineData("open", "false", "", "slice-min Patient.identifier")]
    [InlineData("closed", "false", "a,x", "slice-closed Patient.identifier[1]")]
    [InlineData("open", "true", "b,a", "slice-order Patient.identifier[1]")]
    [InlineData("open", "true", "x,a,x,b", "")]
    [InlineData("openAtEnd", "false", "b,a,x", "")]
    [InlineData("openAtEnd", "false", "a,x,b", "slice-order Patient.identifier[2]")]
    public void Items_belong_to_slices_by_a_fixed_value(string rules, string ordered, string systems, string expected)
    {
        var rig = new ProfileRig(ProfileRig.Profile("Patient", $$$$"""
            {"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"{{{{rules}}}}","ordered":{{{{ordered}}}}}},
            {{{{TwoSystems}}}}
            """));
        var items = string.Join(',', systems.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => $$$$"""{"system":"http://{{{{s}}}}","value":"1"}"""));
        var identifiers = items.Length == 0 ? "" : $$$$""","identifier":[{{{{items}}}}]""";
        Assert.Equal(expected, rig.Errors($$$$"""{"resourceType":"Patient"{{{{identifiers}}}}}"""));
    }

    [Fact]
    public void What_a_slice_asks_for_holds_for_its_items_alone()
    {
        var rig = new ProfileRig(ProfileRig.Profile("Patient", $$$$"""
            {"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
            {{{{TwoSystems}}}}
            """));
        Assert.Equal(
            "cardinality-min Patient.identifier[1].value",
            rig.Errors("""{"resourceType":"Patient","identifier":[{"system":"http://a"},{"system":"http://b"},{"system":"http://c"}]}"""));
    }

    [Theory]
    [InlineData("exists", "period", """{"id":"Patient.name:s.period","path":"Patient.name.period","min":1}""", """{"text":"x","period":{"start":"2020"}}""", """{"text":"x"}""")]
    [InlineData("pattern", "$this", """{"id":"Patient.name:s.use","path":"Patient.name.use","patternCode":"old"}""", """{"use":"old","text":"x"}""", """{"use":"usual","text":"x"}""")]
    [InlineData("value", "use", """{"id":"Patient.name:s.use","path":"Patient.name.use","min":1,"patternCode":"old"}""", """{"use":"old","text":"x"}""", """{"text":"x"}""")]
    public void Discriminators_tell_items_apart(string type, string path, string element, string inside, string outside)
    {
        var rig = new ProfileRig(ProfileRig.Profile("Patient", $$$$"""
            {"id":"Patient.name","path":"Patient.name","slicing":{"discriminator":[{"type":"{{{{type}}}}","path":"{{{{path}}}}"}],"rules":"open"}},
            {"id":"Patient.name:s","path":"Patient.name","sliceName":"s","min":0,"max":"0"},{{{{element}}}}
            """));
        Assert.Equal("slice-max Patient.name", rig.Errors($$$$"""{"resourceType":"Patient","name":[{{{{inside}}}}]}"""));
        Assert.Equal("", rig.Errors($$$$"""{"resourceType":"Patient","name":[{{{{outside}}}}]}"""));
    }

    [Theory]
    [InlineData("Practitioner/1", "slice-max Observation.performer")]
    [InlineData("Organization/1", "")]
    [InlineData("#p", "slice-max Observation.performer")]
    [InlineData("http://example.org/fhir/Practitioner/1", "slice-max Observation.performer")]
    public void The_type_of_the_target_tells_references_apart(string reference, string expected)
    {
        var rig = new ProfileRig(ProfileRig.Profile("Observation", """
            {"id":"Observation.performer","path":"Observation.performer","slicing":{"discriminator":[{"type":"type","path":"resolve()"}],"rules":"open"}},
            {"id":"Observation.performer:p","path":"Observation.performer","sliceName":"p","min":0,"max":"0","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Practitioner"]}]}
            """));
        Assert.Equal(expected, rig.Errors($$$$"""
            {"resourceType":"Observation","contained":[{"resourceType":"Practitioner","id":"p"}],"status":"final","code":{"text":"x"},
            "hasMember":[{"reference":"#p"}],"performer":[{"reference":"{{{{reference}}}}"}]}
            """.Replace("\"hasMember\":[{\"reference\":\"#p\"}],", "\"note\":[{\"authorReference\":{\"reference\":\"#p\"},\"text\":\"x\"}],", StringComparison.Ordinal)));
    }
}
