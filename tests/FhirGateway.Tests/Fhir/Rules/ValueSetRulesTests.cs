namespace FhirGateway.Tests.Fhir.Rules;

public sealed class ValueSetRulesTests
{
    private const string System = """
        {"resourceType":"CodeSystem","url":"http://example.org/cs","version":"1","content":"complete","caseSensitive":true,
        "property":[{"code":"n","type":"integer"},{"code":"d","type":"decimal"},{"code":"t","type":"dateTime"},{"code":"b","type":"boolean"},{"code":"c","type":"Coding"},{"code":"s","type":"string"}],
        "concept":[{"code":"a"},{"code":"b"}]}
        """;

    private const string Supplement = """{"resourceType":"CodeSystem","url":"http://example.org/add","content":"supplement","supplements":"http://example.org/cs"}""";
    private const string Set = """{"resourceType":"ValueSet","url":"http://example.org/vs"}""";

    [Theory]
    [InlineData("""
        "system":"http://example.org/cs"
        """, "")]
    [InlineData("""
        "system":"cs"
        """, "valueset-system ValueSet.compose.include[0].system")]
    [InlineData("""
        "system":"#cs"
        """, "valueset-system ValueSet.compose.include[0].system")]
    [InlineData("""
        "system":"http://example.org/cs|1"
        """, "valueset-system ValueSet.compose.include[0].system")]
    [InlineData("""
        "system":"http://example.org/add"
        """, "valueset-system ValueSet.compose.include[0].system")]
    [InlineData("""
        "system":"http://example.org/vs"
        """, "valueset-system ValueSet.compose.include[0].system")]
    [InlineData("""
        "system":"http://example.org/cs","concept":[{"code":"a"},{"code":"x"}]
        """, "valueset-code ValueSet.compose.include[0].concept[1]")]
    [InlineData("""
        "system":"http://example.org/cs","version":"2","concept":[{"code":"x"}]
        """, "")]
    [InlineData("""
        "system":"http://snomed.info/sct","concept":[{"code":"73211009"},{"code":"73211008"}]
        """, "valueset-code ValueSet.compose.include[0].concept[1]")]
    public void What_is_included_is_a_code_system_with_these_codes(string include, string expected) => Assert.Equal(expected, Errors(include));

    [Theory]
    [InlineData("n", "=", "1", "")]
    [InlineData("n", "=", "gt5", "")]
    [InlineData("n", "=", "x", "valueset-filter-value")]
    [InlineData("d", "=", "1.5", "")]
    [InlineData("d", "=", "1,5", "valueset-filter-value")]
    [InlineData("t", "=", "2020-01", "")]
    [InlineData("t", "=", "2020-13", "valueset-filter-value")]
    [InlineData("b", "=", "true", "")]
    [InlineData("b", "=", "yes", "valueset-filter-value")]
    [InlineData("s", "exists", "true", "")]
    [InlineData("s", "exists", "1", "valueset-filter-value")]
    [InlineData("c", "=", "http://example.org/cs#a", "")]
    [InlineData("c", "=", "http://example.org/cs#x", "valueset-filter-code")]
    [InlineData("c", "in", "http://example.org/cs#a,http://example.org/cs#x", "valueset-filter-code")]
    [InlineData("c", "=", "a", "valueset-filter-value")]
    [InlineData("s", "regex", "a.*", "")]
    [InlineData("s", "regex", "a(", "valueset-filter-value")]
    [InlineData("concept", "regex", "a.*", "valueset-filter-op")]
    [InlineData("concept", "is-a", "a", "")]
    [InlineData("concept", "is-a", "x", "valueset-filter-code")]
    [InlineData("concept", "exists", "true", "")]
    [InlineData("concept", "like", "a", "valueset-filter-op")]
    [InlineData("other", "=", "x", "")]
    public void A_filter_has_a_value_that_its_property_can_have(string property, string op, string value, string expected) => Assert.Equal(
        expected,
        Errors($$$$$"""
            "system":"http://example.org/cs","filter":[{"property":"{{{{{property}}}}}","op":"{{{{{op}}}}}","value":"{{{{{value}}}}}"}]
            """).Split(' ')[0]);

    [Theory]
    [InlineData("<< 73211009", true)]
    [InlineData("<<73211009 |Diabetes mellitus (disorder)|", true)]
    [InlineData("^ 700043003 OR (<! 64572001 MINUS 73211009)", true)]
    [InlineData("< 64572001 : 363698007 = << 39057004, [1..*] { 116676008 = *, R 127489000 != 7771000 }", true)]
    [InlineData("< 373873005 : 1142135004 >= #250", true)]
    [InlineData("< 64572001 . 363698007", true)]
    [InlineData("* {{ term = \\\"heart\\\" }}", true)]
    [InlineData("234234 << 234234", false)]
    [InlineData("<< 12", false)]
    [InlineData("<< ", false)]
    [InlineData("(<< 73211009", false)]
    [InlineData("73211009 |Diabetes", false)]
    [InlineData("<< 73211009 AND", false)]
    [InlineData("< 64572001 : 363698007", false)]
    public void A_constraint_of_SNOMED_CT_is_well_formed(string constraint, bool isGood) => Assert.Equal(
        isGood ? "" : "valueset-filter-value ValueSet.compose.include[0].filter[0].value",
        Errors($$$$$"""
            "system":"http://snomed.info/sct","filter":[{"property":"constraint","op":"=","value":"{{{{{constraint}}}}}"}]
            """));

    private static string Errors(string text) => RuleFindings.Errors(
        $$$$$"""{"resourceType":"ValueSet","url":"http://example.org/mine","compose":{"include":[{{{{{{text}}}}}}]}}""", System, Supplement, Set);
}
