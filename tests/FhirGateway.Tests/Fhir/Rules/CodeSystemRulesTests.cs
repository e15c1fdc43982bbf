namespace FhirGateway.Tests.Fhir.Rules;

public sealed class CodeSystemRulesTests
{
    private const string Base = """{"resourceType":"CodeSystem","url":"http://example.org/base","content":"complete","caseSensitive":true,"concept":[{"code":"a","concept":[{"code":"b"}]}]}""";

    [Theory]
    [InlineData("""
        "content":"complete","count":2,"concept":[{"code":"a","concept":[{"code":"b"}]}]
        """, "")]
    [InlineData("""
        "content":"complete","count":1,"concept":[{"code":"a","concept":[{"code":"b"}]}]
        """, "codesystem-count CodeSystem.count")]
    [InlineData("""
        "content":"fragment","count":9,"concept":[{"code":"a"}]
        """, "")]
    [InlineData("""
        "content":"not-present","concept":[{"code":"a"}]
        """, "codesystem-not-present CodeSystem.concept")]
    [InlineData("""
        "content":"supplement","supplements":"http://example.org/base","concept":[{"code":"a"},{"code":"b"}]
        """, "")]
    [InlineData("""
        "content":"complete","supplements":"http://example.org/base"
        """, "codesystem-supplement CodeSystem.content")]
    [InlineData("""
        "content":"supplement"
        """, "codesystem-supplement CodeSystem.content")]
    [InlineData("""
        "content":"supplement","supplements":"http://example.org/base","caseSensitive":true
        """, "codesystem-supplement-element CodeSystem.caseSensitive")]
    [InlineData("""
        "content":"supplement","supplements":"http://example.org/base","concept":[{"code":"c"}]
        """, "codesystem-supplement-code CodeSystem.concept[0]")]
    [InlineData("""
        "content":"supplement","supplements":"http://loinc.org","concept":[{"code":"8480-6"},{"code":"test"}]
        """, "codesystem-supplement-code CodeSystem.concept[1]")]
    [InlineData("""
        "content":"supplement","supplements":"http://example.org/unknown","concept":[{"code":"c"}]
        """, "")]
    public void Content_count_and_supplements_agree(string rest, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"CodeSystem","url":"http://example.org/cs",{{{{{rest}}}}}}""", Base));

    [Theory]
    [InlineData("""{"code":"notSelectable","uri":"http://hl7.org/fhir/concept-properties#notSelectable","type":"boolean"},{"code":"x","type":"string"}""", "")]
    [InlineData("""{"code":"x","type":"string"},{"code":"x","type":"string"}""", "codesystem-property-code CodeSystem.property[1]")]
    [InlineData("""{"code":"x","uri":"http://a/x","type":"string"},{"code":"y","uri":"http://a/x","type":"string"}""", "codesystem-property-uri CodeSystem.property[1]")]
    [InlineData("""{"code":"notSelectable","uri":"http://hl7.org/fhir/concept-properties#notSelectable","type":"code"}""", "codesystem-property-type CodeSystem.property[0]")]
    [InlineData("""{"code":"inactive","uri":"http://hl7.org/fhir/concept-properties#notSelectable","type":"boolean"}""", "codesystem-property-name CodeSystem.property[0]")]
    [InlineData("""{"code":"abstract","uri":"http://hl7.org/fhir/concept-properties#notSelectable","type":"boolean"}""", "")]
    public void Properties_are_defined_once_and_those_of_FHIR_as_FHIR_does(string properties, string expected) => Assert.Equal(
        expected, RuleFindings.Errors($$$$$"""{"resourceType":"CodeSystem","url":"http://example.org/cs","content":"complete","property":[{{{{{properties}}}}}]}"""));

    [Theory]
    [InlineData("decimal", "\"valueDecimal\":1.5", "")]
    [InlineData("dateTime", "\"valueDateTime\":\"2020\"", "")]
    [InlineData("Coding", "\"valueCoding\":{\"code\":\"a\"}", "")]
    [InlineData("code", "\"valueString\":\"a\"", "codesystem-property-value CodeSystem.concept[0].concept[0].property[0]")]
    public void The_value_of_a_property_has_its_type(string type, string value, string expected) => Assert.Equal(expected, RuleFindings.Errors(
        $$$$$"""{"resourceType":"CodeSystem","content":"complete","property":[{"code":"p","type":"{{{{{type}}}}}"}],"concept":[{"code":"a","concept":[{"code":"b","property":[{"code":"p",{{{{{value}}}}}}]}]}]}"""));

    [Fact]
    public void A_property_that_is_not_defined_is_a_warning() => Assert.Equal(
        "codesystem-property-unknown CodeSystem.concept[0].property[0]",
        RuleFindings.Warnings("""{"resourceType":"CodeSystem","content":"complete","concept":[{"code":"a","property":[{"code":"p","valueCode":"x"}]}]}"""));

    [Theory]
    [InlineData("""{"system":"http://example.org/cs"}""", "")]
    [InlineData("""{"system":"http://example.org/other"}""", "codesystem-valueset CodeSystem.valueSet")]
    [InlineData("""{"system":"http://example.org/cs","concept":[{"code":"a"}]}""", "codesystem-valueset CodeSystem.valueSet")]
    [InlineData("""{"system":"http://example.org/cs"},{"system":"http://example.org/other"}""", "codesystem-valueset CodeSystem.valueSet")]
    public void Its_value_set_is_all_of_it(string include, string expected) => Assert.Equal(expected, RuleFindings.Errors(
        """{"resourceType":"CodeSystem","url":"http://example.org/cs","valueSet":"http://example.org/vs","content":"complete"}""",
        $$$$$"""{"resourceType":"ValueSet","url":"http://example.org/vs","compose":{"include":[{{{{{include}}}}}]}}"""));

    [Theory]
    [InlineData("CodeSystem", "http://example.org/x", "")]
    [InlineData("CodeSystem", "urn:oid:1.2.3", "")]
    [InlineData("ValueSet", "ValueSet/x", "canonical-url ValueSet.url")]
    [InlineData("Questionnaire", "x", "canonical-url Questionnaire.url")]
    public void The_url_of_a_definition_is_absolute(string type, string url, string expected) =>
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"{{{{{type}}}}}","url":"{{{{{url}}}}}"}"""));
}
