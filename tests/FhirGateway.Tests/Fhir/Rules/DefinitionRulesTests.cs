namespace FhirGateway.Tests.Fhir.Rules;

public sealed class DefinitionRulesTests
{
    private const string Name = """{"resourceType":"SearchParameter","url":"http://example.org/sp","type":"string","base":["Organization"],"expression":"Organization.name"}""";

    [Theory]
    [InlineData("""
        "type":"string","base":["Organization"],"expression":"Organization.name | Organization.alias"
        """, "")]
    [InlineData("""
        "type":"token","base":["Organization"],"expression":"Organization.name"
        """, "search-derived-type SearchParameter.type")]
    [InlineData("""
        "type":"string","base":["Organization","Patient"],"expression":"Organization.name | Patient.name"
        """, "search-derived-base SearchParameter.base[1]")]
    [InlineData("""
        "type":"string","base":["Organization"],"expression":"Organization.name | (Patient.name as x)"
        """, "search-expression-base SearchParameter.expression")]
    [InlineData("""
        "type":"string","base":["Organization"],"expression":"Organization.where(name = 'a | Patient.b').name"
        """, "")]
    [InlineData("""
        "type":"string","base":["Organization"],"expression":"Organization.name.("
        """, "search-expression SearchParameter.expression")]
    public void A_derived_search_parameter_is_for_what_the_other_is_for(string rest, string expected) => Assert.Equal(expected, RuleFindings.Errors(
        $$$$$"""{"resourceType":"SearchParameter","url":"http://example.org/mine","derivedFrom":"http://example.org/sp",{{{{{rest}}}}}}""", Name));

    [Theory]
    [InlineData("""{"definition":"http://a"},{"definition":"http://b"}""", "")]
    [InlineData("""{"definition":"http://a"}""", "search-composite SearchParameter")]
    public void A_composite_has_two_components(string components, string expected) => Assert.Equal(expected, RuleFindings.Errors(
        $$$$$"""{"resourceType":"SearchParameter","url":"http://example.org/c","type":"composite","base":["Organization"],"component":[{{{{{components}}}}}]}"""));

    [Theory]
    [InlineData("string", "")]
    [InlineData("token", "capability-search-type CapabilityStatement.rest[0].resource[0].searchParam[0].type")]
    public void A_capability_states_a_search_parameter_with_its_type(string type, string expected) => Assert.Equal(expected, RuleFindings.Errors(
        $$$$$"""{"resourceType":"CapabilityStatement","rest":[{"resource":[{"type":"Organization","searchParam":[{"name":"name","definition":"http://example.org/sp","type":"{{{{{type}}}}}"}]}]}]}""",
        Name));

    [Theory]
    [InlineData("1", "")]
    [InlineData("none", "questionnaire-enable-missing Questionnaire.item[1].enableWhen[0].question")]
    [InlineData("2", "questionnaire-enable-self Questionnaire.item[1].enableWhen[0].question")]
    [InlineData("2.1", "questionnaire-enable-inner Questionnaire.item[1].enableWhen[0].question")]
    public void A_condition_is_about_another_question(string question, string expected) => Assert.Equal(expected, RuleFindings.Errors(
        $$$$$"""{"resourceType":"Questionnaire","item":[{"linkId":"1"},{"linkId":"2","enableWhen":[{"question":"{{{{{question}}}}}","operator":"exists","answerBoolean":true}],"item":[{"linkId":"2.1"}]}]}"""));

    [Fact]
    public void A_condition_on_a_later_question_is_a_warning() => Assert.Equal(
        "questionnaire-enable-later Questionnaire.item[0].enableWhen[0].question",
        RuleFindings.Warnings("""{"resourceType":"Questionnaire","item":[{"linkId":"1","enableWhen":[{"question":"2"}]},{"linkId":"2"}]}"""));
}
