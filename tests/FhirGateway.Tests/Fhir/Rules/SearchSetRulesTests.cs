namespace FhirGateway.Tests.Fhir.Rules;

public sealed class SearchSetRulesTests
{
    [Theory]
    [InlineData("http://example.org/Patient?name=a", "match", """{"resourceType":"Patient","id":"1"}""", "")]
    [InlineData("http://example.org/Encounter?x=1", "match", """{"resourceType":"Patient","id":"1"}""", "search-type Bundle.entry[0].resource")]
    [InlineData("http://example.org/?_type=Encounter,Patient&x=1", "match", """{"resourceType":"Patient","id":"1"}""", "")]
    [InlineData("http://example.org/?_type=Encounter,Group", "match", """{"resourceType":"Patient","id":"1"}""", "search-type Bundle.entry[0].resource")]
    [InlineData("http://example.org/?name=a", "match", """{"resourceType":"Patient","id":"1"}""", "")]
    [InlineData("http://example.org/Encounter", "include", """{"resourceType":"Patient","id":"1"}""", "")]
    [InlineData("http://example.org/Patient", "include", """{"resourceType":"Patient"}""", "search-id Bundle.entry[0].resource")]
    [InlineData("http://example.org/Patient", "match", """{"resourceType":"Patient"}""", "search-id Bundle.entry[0].resource")]
    [InlineData("http://example.org/Patient", "outcome", """{"resourceType":"OperationOutcome"}""", "")]
    [InlineData("http://example.org/Patient", "outcome", """{"resourceType":"Patient","id":"1"}""", "search-outcome Bundle.entry[0].resource")]
    public void What_is_found_is_what_was_searched_for(string self, string mode, string resource, string expected) => Assert.Equal(
        expected,
        RuleFindings.Errors($$$$$"""
            {"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"{{{{{self}}}}}"}],
            "entry":[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","search":{"mode":"{{{{{mode}}}}}"},"resource":{{{{{resource}}}}}}]}
            """));

    [Fact]
    public void An_entry_without_resource_is_an_error_and_a_missing_self_a_warning()
    {
        const string Json = """{"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":"http://example.org/Patient/1"}]}""";
        Assert.Equal("search-resource Bundle.entry[0]", RuleFindings.Errors(Json));
        Assert.Equal("search-self Bundle", RuleFindings.Warnings(Json));
    }
}
