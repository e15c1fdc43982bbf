namespace FhirGateway.Tests.Fhir.Rules;

public sealed class ElementRulesTests
{
    [Theory]
    [InlineData("""{"resourceType":"Patient","id":"a-1.B"}""", "")]
    [InlineData("""{"resourceType":"Patient","id":"a_1"}""", "resource-id Patient.id")]
    [InlineData("""{"resourceType":"Patient","id":"1234567890123456789012345678901234567890123456789012345678901234"}""", "")]
    [InlineData("""{"resourceType":"Patient","id":"12345678901234567890123456789012345678901234567890123456789012345"}""", "resource-id Patient.id")]
    [InlineData("""{"resourceType":"Patient","name":[{"id":"any text_"}]}""", "")]
    public void A_resource_id_has_its_form(string json, string expected) => Assert.Equal(expected, RuleFindings.Errors(json));

    [Theory]
    [InlineData("Patient/1", "")]
    [InlineData("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "")]
    [InlineData("Patient /1", "reference-format Encounter.subject.reference")]
    [InlineData("#none", "reference-contained Encounter.subject.reference")]
    [InlineData("#", "reference-contained Encounter.subject.reference")]
    public void A_reference_has_no_spaces_and_what_is_local_is_there(string reference, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Encounter","subject":{"reference":"{{{{{reference}}}}}"}}"""));

    [Theory]
    [InlineData("urn:ietf:rfc:3986", "urn:oid:1.2.3", "")]
    [InlineData("urn:ietf:rfc:3986", "https://example.org/1", "")]
    [InlineData("urn:ietf:rfc:3986", "1.2.3", "identifier-uri Patient.identifier[0].value")]
    [InlineData("urn:oid:2.16.840.1.113883.4.1", "1.2.3", "")]
    [InlineData("urn:oid:2.16.x", "1", "uri-urn Patient.identifier[0].system")]
    [InlineData("urn:oid:2.016.1", "1", "uri-urn Patient.identifier[0].system")]
    [InlineData("urn:uuid:1234", "1", "uri-urn Patient.identifier[0].system")]
    [InlineData("oid:2.16.840", "1", "uri-urn Patient.identifier[0].system")]
    [InlineData("ldap://x", "1", "")]
    [InlineData("member", "1", "")]
    [InlineData("Member number", "1", "system-absolute Patient.identifier[0].system")]
    public void The_system_of_an_identifier_is_a_URI_and_its_value_what_the_system_says(string system, string value, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Patient","identifier":[{"system":"{{{{{system}}}}}","value":"{{{{{value}}}}}"}]}"""));

    [Theory]
    [InlineData("http://example.org/Library/1", "")]
    [InlineData("http://example.org/Library/1|2", "")]
    [InlineData("Library/1", "canonical-absolute Measure.library[0]")]
    public void A_canonical_is_absolute(string canonical, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Measure","library":["{{{{{canonical}}}}}"]}"""));

    [Fact]
    public void An_element_of_another_type_with_the_name_of_a_canonical_is_left_alone() =>
        Assert.Equal("", RuleFindings.Errors("""{"resourceType":"Consent","policy":[{"uri":"x"}],"verification":[{"verified":true}],"scope":{"text":"y"},"source":"z","base":"b"}"""));

    [Theory]
    [InlineData("http://example.org/x", "")]
    [InlineData("http://example.org/x|1.0", "extension-url-version Patient.extension[0].url")]
    public void The_url_of_an_extension_has_no_version(string url, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Patient","extension":[{"url":"{{{{{url}}}}}","valueCode":"y"}]}"""));

    [Theory]
    [InlineData("aGVscA==", 4, "")]
    [InlineData("aGVscA==", 5, "attachment-size Media.content.size")]
    [InlineData("a", 5, "")]
    public void The_size_of_an_attachment_is_that_of_its_data(string data, int size, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Media","content":{"size":{{{{{size}}}}},"data":"{{{{{data}}}}}"}}"""));

    [Theory]
    [InlineData("""[{"system":"http://a","code":"R"},{"system":"http://a","code":"N"},{"system":"http://b","code":"R"}]""", "")]
    [InlineData("""[{"system":"http://a","code":"R"},{"code":"R","system":"http://a"}]""", "meta-security Patient.meta.security[1]")]
    public void Security_labels_are_a_set(string labels, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"Patient","meta":{"security":{{{{{labels}}}}}}}"""));

    [Theory]
    [InlineData("""{"resourceType":"Patient","name":[{"text":"a <b>c</b>"}]}""", "html-in-text Patient.name[0].text")]
    [InlineData("""{"resourceType":"Patient","name":[{"text":"a < b > c"}]}""", "")]
    [InlineData("""{"resourceType":"Patient","name":[{"text":"a <b"}]}""", "")]
    [InlineData("""{"resourceType":"Communication","note":[{"text":"a <b>c</b>"}]}""", "")]
    [InlineData("""{"resourceType":"Patient","text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><b>x</b></div>"},"name":[{"text":"<i>"}]}""", "html-in-text Patient.name[0].text")]
    public void Tags_in_texts_are_a_warning_unless_the_text_is_markdown(string json, string expected) => Assert.Equal(expected, RuleFindings.Warnings(json));

    [Theory]
    [InlineData("<a href=\\\"#p\\\">x</a><p id=\\\"p\\\">y</p>", "")]
    [InlineData("<a href=\\\"#n\\\">x</a>", "")]
    [InlineData("<a href=\\\"#q\\\">x</a>", "narrative-link Patient.text.div")]
    [InlineData("<script>x</script>", "txt-1 Patient.text.div")]
    public void A_narrative_is_checked_and_its_links_lead_somewhere(string content, string expected)
    {
        var json = $$$$$"""{"resourceType":"Patient","text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{{{{{content}}}}}</div>"},"name":[{"id":"n"}]}""";
        Assert.Equal(expected, RuleFindings.Errors(json) + RuleFindings.Warnings(json));
    }

    [Fact]
    public void A_finding_says_at_which_byte_its_element_begins_and_holds_no_value()
    {
        const string Json = """{"resourceType":"Patient","id":"secret_value"}""";
        var issue = Assert.Single(RuleFindings.Find(System.Text.Encoding.UTF8.GetBytes(Json), new(RuleFindings.Packages())));
        Assert.Equal(Json.IndexOf("secret", StringComparison.Ordinal), issue.Position);
        Assert.DoesNotContain("secret", issue.Message, StringComparison.Ordinal);
    }
}
