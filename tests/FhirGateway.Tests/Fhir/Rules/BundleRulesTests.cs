namespace FhirGateway.Tests.Fhir.Rules;

public sealed class BundleRulesTests
{
    [Theory]
    [InlineData("http://example.org/fhir/Patient/1", "1", "")]
    [InlineData("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "1", "")]
    [InlineData("http://example.org/anything", "1", "")]
    [InlineData("http://example.org/fhir/Patient/2", "1", "bundle-fullurl-id Bundle.entry[0].fullUrl")]
    [InlineData("http://example.org/fhir/Group/1", "1", "bundle-fullurl-id Bundle.entry[0].fullUrl")]
    [InlineData("http://example.org/fhir/Patient/1/_history/2", "1", "bundle-fullurl-id Bundle.entry[0].fullUrl")]
    [InlineData("Patient/1", "1", "bundle-fullurl-absolute Bundle.entry[0].fullUrl")]
    [InlineData("urn:uuid:not-one", "1", "uri-urn Bundle.entry[0].fullUrl")]
    public void A_fullUrl_is_absolute_and_agrees_with_its_resource(string url, string id, string expected) => Assert.Equal(
        expected,
        RuleFindings.Errors($$$$$"""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"{{{{{url}}}}}","resource":{"resourceType":"Patient","id":"{{{{{id}}}}}"}}]}"""));

    [Theory]
    [InlineData("collection", "bundle-fullurl Bundle.entry[0]")]
    [InlineData("searchset", "bundle-fullurl Bundle.entry[0]")]
    [InlineData("transaction", "")]
    [InlineData("batch-response", "")]
    public void A_fullUrl_is_required_except_in_exchanges(string type, string expected) => Assert.Equal(
        expected, RuleFindings.Errors($$$$$"""{"resourceType":"Bundle","type":"{{{{{type}}}}}","entry":[{"resource":{"resourceType":"Patient","id":"1"}}]}"""));

    [Fact]
    public void A_resource_with_a_place_on_a_server_has_an_id() => Assert.Equal(
        "bundle-fullurl-id Bundle.entry[0].fullUrl\nresource-id-missing Bundle.entry[0].resource",
        RuleFindings.Errors("""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient"}}]}"""));

    [Fact]
    public void The_fullUrl_of_a_definition_is_not_its_canonical_URL() => Assert.Equal(
        "bundle-fullurl-canonical Bundle.entry[0].fullUrl",
        RuleFindings.Errors("""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://example.org/my-set","resource":{"resourceType":"ValueSet","id":"s","url":"http://example.org/my-set"}}]}"""));

    [Theory]
    [InlineData("searchset", "self,first,next", "")]
    [InlineData("searchset", "self,first,self", "bundle-link-repeated Bundle.link[2]")]
    [InlineData("history", "next,next", "bundle-link-repeated Bundle.link[1]")]
    [InlineData("searchset", "alternate,alternate,self", "")]
    [InlineData("collection", "next", "bundle-link-page Bundle.link[0].relation")]
    [InlineData("transaction", "self,self", "bundle-link-repeated Bundle.link[1]")]
    public void Links_are_there_once_and_pages_only_where_there_are_pages(string type, string relations, string expected)
    {
        var links = string.Join(',', relations.Split(',').Select(r => $$$$$"""{"relation":"{{{{{r}}}}}","url":"http://example.org/Patient"}"""));
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Bundle","type":"{{{{{type}}}}}","link":[{{{{{links}}}}}]}"""));
    }

    [Theory]
    [InlineData("http://example.org/Encounter/1", "Patient/1", "")]
    [InlineData("http://example.org/Encounter/1", "Patient/1/_history/2", "")]
    [InlineData("http://example.org/Encounter/1", "Patient", "bundle-reference-format Bundle.entry[0].resource.subject.reference")]
    [InlineData("http://example.org/Encounter/1", "a/Patient/1", "bundle-reference-format Bundle.entry[0].resource.subject.reference")]
    [InlineData(null, "Patient/1", "bundle-fullurl Bundle.entry[0]\nbundle-reference-relative Bundle.entry[0].resource.subject.reference")]
    [InlineData(null, "http://example.org/Patient/1", "bundle-fullurl Bundle.entry[0]")]
    public void A_relative_reference_has_a_form_and_a_fullUrl_to_start_from(string? url, string reference, string expected)
    {
        var fullUrl = url is null ? "" : $"\"fullUrl\":\"{url}\",";
        Assert.Equal(expected, RuleFindings.Errors(
            $$$$$"""{"resourceType":"Bundle","type":"collection","entry":[{{{{{{fullUrl}}}}}"resource":{"resourceType":"Encounter","id":"1","subject":{"reference":"{{{{{reference}}}}}"}}}]}"""));
    }

    [Fact]
    public void A_transaction_may_refer_by_a_search() => Assert.Equal("", RuleFindings.Errors(
        """{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Encounter","subject":{"reference":"Patient?identifier=a"}},"request":{"method":"POST","url":"Encounter"}}]}"""));

    [Theory]
    [InlineData("collection", "Patient/1", "bundle-reference-ambiguous Bundle.entry[0].resource.subject.reference")]
    [InlineData("collection", "Patient/1/_history/2", "")]
    [InlineData("history", "Patient/1", "")]
    public void A_reference_to_one_of_several_versions_names_it(string type, string reference, string expected) => Assert.Equal(expected, RuleFindings.Errors($$$$$"""
        {"resourceType":"Bundle","type":"{{{{{type}}}}}","entry":[
        {"fullUrl":"http://example.org/Encounter/1","resource":{"resourceType":"Encounter","id":"1","subject":{"reference":"{{{{{reference}}}}}"}}},
        {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1","meta":{"versionId":"1"}}},
        {"fullUrl":"http://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1","meta":{"versionId":"2"}}}]}
        """));

    [Fact]
    public void Bundles_within_resources_are_checked_too() => Assert.Equal(
        "bundle-fullurl-absolute Parameters.parameter[0].resource.entry[0].fullUrl",
        RuleFindings.Errors("""{"resourceType":"Parameters","parameter":[{"name":"b","resource":{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"x","resource":{"resourceType":"Patient","id":"1"}}]}}]}"""));

    [Theory]
    [InlineData("Patient/1", "")]
    [InlineData("Patient/2", "parameters-reference Parameters.parameter[1].resource.beneficiary.reference")]
    [InlineData("Organization/2", "")]
    [InlineData("http://example.org/Patient/2", "")]
    public void Resources_in_parameters_refer_to_each_other(string reference, string expected) => Assert.Equal(expected, RuleFindings.Errors(
        $$$$$"""{"resourceType":"Parameters","parameter":[{"name":"p","resource":{"resourceType":"Patient","id":"1"}},{"name":"c","resource":{"resourceType":"Coverage","id":"2","beneficiary":{"reference":"{{{{{reference}}}}}"}}}]}"""));
}
