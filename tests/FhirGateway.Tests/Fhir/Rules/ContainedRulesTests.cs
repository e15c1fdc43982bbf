namespace FhirGateway.Tests.Fhir.Rules;

public sealed class ContainedRulesTests
{
    [Fact]
    public void One_that_is_referenced_belongs() => Assert.Equal("", Errors("""{"resourceType":"Organization","id":"a"}""", "#a"));

    [Fact]
    public void One_that_nothing_refers_to_does_not() =>
        Assert.Equal("dom-3 Encounter.contained[0]", Errors("""{"resourceType":"Organization","id":"a"}""", "Patient/1"));

    [Fact]
    public void One_that_refers_to_the_resource_around_belongs() =>
        Assert.Equal("", Errors("""{"resourceType":"Provenance","id":"a","target":[{"reference":"#"}]}""", "Patient/1"));

    [Fact]
    public void One_that_is_reached_through_another_belongs() => Assert.Equal("", Errors(
        """{"resourceType":"Organization","id":"b","partOf":{"reference":"#c"}},{"resourceType":"Organization","id":"c"},{"resourceType":"Patient","id":"a","managingOrganization":{"reference":"#b"}}""",
        "#a"));

    [Fact]
    public void Two_that_refer_only_to_each_other_do_not_belong() => Assert.Equal(
        "dom-3 Encounter.contained[0]\ndom-3 Encounter.contained[1]",
        Errors(
            """{"resourceType":"Organization","id":"b","partOf":{"reference":"#c"}},{"resourceType":"Organization","id":"c","partOf":{"reference":"#b"}}""",
            "Patient/1"));

    [Fact]
    public void One_that_refers_only_to_itself_does_not_belong() => Assert.Equal(
        "dom-3 Encounter.contained[0]", Errors("""{"resourceType":"Organization","id":"b","partOf":{"reference":"#b"}}""", "Patient/1"));

    [Fact]
    public void A_link_of_the_narrative_counts() => Assert.Equal("", RuleFindings.Errors(
        """{"resourceType":"Patient","text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><img src=\"#a\"/></div>"},"contained":[{"resourceType":"Binary","id":"a"}]}"""));

    [Fact]
    public void Each_has_an_id() => Assert.Equal("contained-id Encounter.contained[0]", Errors("""{"resourceType":"Organization"}""", "Patient/1"));

    [Fact]
    public void No_two_have_the_same_id() => Assert.Equal(
        "contained-id-duplicate Encounter.contained[1].id", Errors("""{"resourceType":"Organization","id":"a"},{"resourceType":"Patient","id":"a"}""", "#a"));

    [Fact]
    public void A_resource_in_a_Bundle_sees_its_own_contained_resources_only() => Assert.Equal(
        "reference-contained Bundle.entry[1].resource.subject.reference",
        RuleFindings.Errors("""
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":{"resourceType":"Encounter","contained":[{"resourceType":"Patient","id":"a"}],"subject":{"reference":"#a"}}},
            {"resource":{"resourceType":"Encounter","subject":{"reference":"#a"}}}]}
            """));

    private static string Errors(string contained, string subject) =>
        RuleFindings.Errors($$$$$"""{"resourceType":"Encounter","contained":[{{{{{contained}}}}}],"subject":{"reference":"{{{{{subject}}}}}"}}""");
}
