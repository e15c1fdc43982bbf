namespace FhirGateway.Tests.Fhir.Rules;

public sealed class ResponseRulesTests
{
    private const string Questionnaire = """
        {"resourceType":"Questionnaire","id":"q","url":"http://example.org/q","item":[
        {"linkId":"g","type":"group","item":[{"linkId":"b","type":"boolean","text":"Well?","required":true},{"linkId":"s","type":"string","repeats":true}]},
        {"linkId":"c","type":"choice","answerOption":[{"valueCoding":{"system":"http://a","code":"x"}},{"valueString":"y"}]},
        {"linkId":"w","type":"date","enableWhen":[{"question":"b","operator":"=","answerBoolean":true}]},
        {"linkId":"n","type":"integer","item":[{"linkId":"n1","type":"display"}]}]}
        """;

    private const string Well = """{"linkId":"g","item":[{"linkId":"b","text":"Well?","answer":[{"valueBoolean":true}]}]}""";

    [Theory]
    [InlineData(Well, "")]
    [InlineData("""{"linkId":"g","item":[{"linkId":"b","answer":[{"valueString":"yes"}]}]}""", "response-type QuestionnaireResponse.item[0].item[0].answer[0].value.ofType(string)")]
    [InlineData("""{"linkId":"g","item":[{"linkId":"b","text":"Ill?","answer":[{"valueBoolean":true}]}]}""", "response-text QuestionnaireResponse.item[0].item[0].text")]
    [InlineData("""{"linkId":"g","item":[{"linkId":"s","answer":[{"valueString":"a"}]}]}""", "response-missing QuestionnaireResponse.item[0]")]
    [InlineData(Well + """,{"linkId":"z"}""", "response-unknown QuestionnaireResponse.item[1]")]
    [InlineData(Well + """,{"linkId":"s","answer":[{"valueString":"a"}]}""", "response-place QuestionnaireResponse.item[1]")]
    [InlineData("""{"linkId":"c","answer":[{"valueString":"y"}]},""" + Well, "response-order QuestionnaireResponse.item[1]")]
    [InlineData(Well + """,{"linkId":"c","answer":[{"valueCoding":{"system":"http://a","code":"x"}}]}""", "")]
    [InlineData(Well + """,{"linkId":"c","answer":[{"valueCoding":{"system":"http://a","code":"z"}}]}""", "response-option QuestionnaireResponse.item[1].answer[0].value.ofType(Coding)")]
    [InlineData(Well + """,{"linkId":"c","answer":[{"valueString":"y"},{"valueString":"y"}]}""", "response-repeated QuestionnaireResponse.item[1].answer[1]")]
    [InlineData(Well + """,{"linkId":"w","answer":[{"valueDate":"2020"}]}""", "")]
    [InlineData("""{"linkId":"g","item":[{"linkId":"b","answer":[{"valueBoolean":false}]}]},{"linkId":"w","answer":[{"valueDate":"2020"}]}""", "response-disabled QuestionnaireResponse.item[1]")]
    [InlineData("""{"linkId":"g","answer":[{"valueString":"a"}],"item":[{"linkId":"b","answer":[{"valueBoolean":true}]}]}""", "response-group QuestionnaireResponse.item[0].answer[0]")]
    [InlineData(Well + """,{"linkId":"n","item":[{"linkId":"n1"}]}""", "response-group QuestionnaireResponse.item[1]")]
    public void Answers_fit_their_questions(string items, string expected)
    {
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"http://example.org/q","item":[{{{{{items}}}}}]}""", Questionnaire));
        Assert.Equal(expected, RuleFindings.Errors($$$$$"""{"resourceType":"QuestionnaireResponse","status":"completed","contained":[{{{{{Questionnaire}}}}}],"questionnaire":"#q","item":[{{{{{items}}}}}]}"""));
    }

    [Fact]
    public void What_is_in_progress_may_still_lack_answers()
    {
        const string Json = """{"resourceType":"QuestionnaireResponse","status":"in-progress","questionnaire":"http://example.org/q","item":[{"linkId":"g","item":[{"linkId":"s","answer":[{"valueString":"a"}]}]}]}""";
        Assert.Equal("", RuleFindings.Errors(Json, Questionnaire));
        Assert.Equal("response-missing QuestionnaireResponse.item[0]", RuleFindings.Warnings(Json, Questionnaire));
    }

    [Fact]
    public void Nothing_is_said_where_the_questionnaire_is_not_there() => Assert.Equal(
        "", RuleFindings.Errors("""{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"http://example.org/other","item":[{"linkId":"z"}]}""", Questionnaire));
}
