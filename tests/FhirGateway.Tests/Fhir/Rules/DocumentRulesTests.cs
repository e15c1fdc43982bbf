namespace FhirGateway.Tests.Fhir.Rules;

public sealed class DocumentRulesTests
{
    private const string Patient = """{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}}""";

    [Theory]
    [InlineData("document", "", "bundle-first Bundle")]
    [InlineData("document", """{"fullUrl":"http://example.org/Patient/1"}""", "bundle-first Bundle.entry[0]")]
    [InlineData("document", Patient, "bundle-first Bundle.entry[0].resource")]
    [InlineData("message", Patient, "bundle-first Bundle.entry[0].resource")]
    [InlineData("message", """{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"MessageHeader"}}""", "")]
    public void The_first_entry_says_what_the_Bundle_is(string type, string entries, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Bundle","type":"{{{{{type}}}}}","entry":[{{{{{entries}}}}}]}"""));

    [Theory]
    [InlineData("""
        "subject":{"reference":"Patient/1"}
        """, "")]
    [InlineData("""
        "subject":{"reference":"http://example.org/Patient/1"}
        """, "")]
    [InlineData("""
        "subject":{"reference":"Patient/1"},"author":[{"reference":"Patient/2"}]
        """, "bundle-reference-missing Bundle.entry[0].resource.author[0].reference")]
    [InlineData("""
        "subject":{"reference":"Patient/1"},"section":[{"section":[{"entry":[{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}]}]}]
        """, "bundle-reference-missing Bundle.entry[0].resource.section[0].section[0].entry[0].reference")]
    [InlineData("""
        "title":"x"
        """, "bundle-entry-orphan Bundle.entry[1]")]
    public void What_a_Composition_names_is_in_the_document_and_nothing_else_is(string composition, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors(Document("http://example.org/Composition/1", composition.Trim(), Patient)));

    [Fact]
    public void A_reference_does_not_lead_to_another_server() => Assert.Equal(
        "bundle-reference-url Bundle.entry[0].resource.subject.reference\nbundle-entry-orphan Bundle.entry[1]",
        RuleFindings.Errors(Document("http://other.org/Composition/1", "\"subject\":{\"reference\":\"Patient/1\"}", Patient)));

    [Fact]
    public void An_entry_that_only_refers_to_the_document_is_a_warning()
    {
        const string Note = """{"fullUrl":"http://example.org/Flag/1","resource":{"resourceType":"Flag","id":"1","subject":{"reference":"Patient/1"}}}""";
        var json = Document("http://example.org/Composition/1", "\"subject\":{\"reference\":\"Patient/1\"}", Patient + "," + Note);
        Assert.Equal("", RuleFindings.Errors(json));
        Assert.Equal("bundle-entry-reverse Bundle.entry[2]", RuleFindings.Warnings(json));
    }

    [Fact]
    public void A_Provenance_may_refer_to_the_document_unasked() => Assert.Equal("", RuleFindings.Warnings(Document(
        "http://example.org/Composition/1",
        "\"subject\":{\"reference\":\"Patient/1\"}",
        Patient + """,{"fullUrl":"http://example.org/Provenance/1","resource":{"resourceType":"Provenance","id":"1","target":[{"reference":"Patient/1"}]}}""")));

    [Theory]
    [InlineData("a", "")]
    [InlineData("b", "narrative-link-missing Bundle.entry[1].resource.extension[0].value.ofType(url)")]
    [InlineData("c", "narrative-link-ambiguous Bundle.entry[1].resource.extension[0].value.ofType(url)")]
    public void A_link_into_a_narrative_leads_to_one_id(string id, string expected) => Assert.Equal(expected, RuleFindings.Errors(Document(
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        """
        "text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p id=\"a\">x</p><p id=\"c\">x</p></div>"},"title":"x","_title":{"id":"c"},
        "subject":{"reference":"http://example.org/Patient/1"}
        """,
        $$$$$"""{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/narrativeLink","valueUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520#{{{{{id}}}}}"}]}}""")));

    [Fact]
    public void The_focus_of_a_message_is_in_it_and_other_entries_are_a_warning()
    {
        const string Json = """
            {"resourceType":"Bundle","type":"message","entry":[
            {"fullUrl":"http://example.org/MessageHeader/1","resource":{"resourceType":"MessageHeader","id":"1","focus":[{"reference":"Encounter/1"}]}},
            {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}}]}
            """;
        Assert.Equal("bundle-reference-missing Bundle.entry[0].resource.focus[0].reference", RuleFindings.Errors(Json));
        Assert.Equal("bundle-entry-orphan Bundle.entry[1]", RuleFindings.Warnings(Json));
    }

    private static string Document(string url, string composition, string entries) => $$$$$"""
        {"resourceType":"Bundle","type":"document","entry":[
        {"fullUrl":"{{{{{url}}}}}","resource":{"resourceType":"Composition","id":"1",{{{{{composition}}}}}}},{{{{{entries}}}}}]}
        """;
}
