using System.Text.Json;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Definitions;

public sealed class TerminologyReaderTests
{
    [Fact]
    public void Concepts_of_a_code_system_stand_after_their_parents()
    {
        var system = CodeSystemReader.Read(Json("""
            {"resourceType":"CodeSystem","url":"http://example.org/c","version":"2","content":"complete","caseSensitive":true,"concept":[
              {"code":"a","display":"A","concept":[{"code":"b","concept":[{"code":"c"}]},{"code":"d"}]},
              {"code":"e","property":[{"code":"status","valueCode":"retired"},{"code":"parent","valueCoding":{"code":"a"}},{"code":"n","valueInteger":7},{"code":"inactive","valueBoolean":true}],
               "designation":[{"value":"E one"},{"language":"de"}]}]}
            """));
        Assert.Equal([("a", -1), ("b", 0), ("c", 1), ("d", 0), ("e", -1)], system.Concepts.Select(c => (c.Code, c.Parent)));
        Assert.Equal([("status", "retired"), ("parent", "a"), ("n", "7"), ("inactive", "true")], system.Concepts[4].Properties);
        Assert.Equal(["E one"], system.Concepts[4].Designations);
        Assert.Equal(("http://example.org/c|2", "complete", true, "c"), (system.ToString(), system.Content, system.IsCaseSensitive, system.Name));
    }

    [Fact]
    public void A_value_set_says_what_it_includes_and_excludes()
    {
        var set = ValueSetReader.Read(Json("""
            {"resourceType":"ValueSet","url":"http://example.org/v","name":"V","compose":{
              "include":[{"system":"http://example.org/c","version":"1","concept":[{"code":"a","display":"A"},{"code":"b"}]},
                         {"system":"http://example.org/c","filter":[{"property":"concept","op":"is-a","value":"x"}],"valueSet":["http://example.org/w"]}],
              "exclude":[{"system":"http://example.org/c","concept":[{"code":"z"}]}]}}
            """));
        Assert.Equal([("a", "A"), ("b", null)], set.Includes[0].Concepts);
        Assert.Equal([("concept", "is-a", "x")], set.Includes[1].Filters);
        Assert.Equal(["http://example.org/w"], set.Includes[1].ValueSets);
        Assert.Equal("z", set.Excludes[0].Concepts[0].Code);
        Assert.True(set.Expansion.IsDefault);
    }

    [Fact]
    public void An_expansion_is_flat_and_without_abstract_codes()
    {
        var set = Expanded(""" "total":4, """);
        Assert.Equal([new CodedConcept("s", "b", "B"), new CodedConcept("s", "c", null), new CodedConcept("s", "d", null)], set.Expansion);
    }

    [Theory]
    [InlineData(""" "total":5, """)]
    [InlineData(""" "offset":2, """)]
    [InlineData(""" "parameter":[{"name":"limitedExpansion","valueBoolean":true}], """)]
    [InlineData(""" "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/valueset-toocostly","valueBoolean":true}], """)]
    [InlineData(""" "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/valueset-unclosed","valueBoolean":true}], """)]
    public void An_incomplete_expansion_is_none(string mark) => Assert.True(Expanded(mark).Expansion.IsDefault);

    [Theory]
    [InlineData("""{"resourceType":"ValueSet"}""", "ValueSet.url is missing")]
    [InlineData("""{"resourceType":"CodeSystem","url":"u"}""", "This is no ValueSet")]
    [InlineData("[]", "This is no ValueSet")]
    [InlineData("""{"resourceType":"ValueSet","url":"u","compose":{"include":[{"concept":[{}]}]}}""", "u: ValueSet.compose.include.concept.code is missing")]
    [InlineData("""{"resourceType":"ValueSet","url":"u","expansion":{"contains":[{"code":"x"}]}}""", "u: ValueSet.expansion.contains.system is missing")]
    [InlineData("""{"resourceType":"ValueSet","url":"\ud800"}""", "no Unicode")]
    public void What_is_no_value_set_says_why(string json, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => ValueSetReader.Read(Json(json))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"resourceType":"CodeSystem"}""", "CodeSystem.url is missing")]
    [InlineData("""{"resourceType":"CodeSystem","url":"u"}""", "u: CodeSystem.content is missing")]
    [InlineData("""{"resourceType":"CodeSystem","url":"u","content":"complete","concept":[{"display":"x"}]}""", "u: CodeSystem.concept.code is missing")]
    public void What_is_no_code_system_says_why(string json, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => CodeSystemReader.Read(Json(json))).Message, StringComparison.Ordinal);

    private static FhirValueSet Expanded(string mark) => ValueSetReader.Read(Json($$"""
        {"resourceType":"ValueSet","url":"http://example.org/v","expansion":{ {{mark}} "contains":[
          {"system":"s","code":"a","abstract":true,"contains":[{"system":"s","code":"b","display":"B"},{"system":"s","code":"c"}]},{"system":"s","code":"d"}]} }
        """));

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
