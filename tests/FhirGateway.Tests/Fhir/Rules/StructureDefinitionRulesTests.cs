namespace FhirGateway.Tests.Fhir.Rules;

public sealed class StructureDefinitionRulesTests
{
    private const string Base = """
        {"resourceType":"StructureDefinition","url":"http://example.org/Base","name":"B","type":"Observation","kind":"resource","snapshot":{"element":[
        {"id":"Observation","path":"Observation","min":0,"max":"*"},
        {"id":"Observation.extension","path":"Observation.extension","min":0,"max":"*","type":[{"code":"Extension"}],"slicing":{"discriminator":[{"type":"value","path":"url"}],"rules":"open"}},
        {"id":"Observation.status","path":"Observation.status","min":1,"max":"1","type":[{"code":"code"}]},
        {"id":"Observation.code","path":"Observation.code","min":1,"max":"1","type":[{"code":"CodeableConcept"}]},
        {"id":"Observation.issued","path":"Observation.issued","min":0,"max":"1","type":[{"code":"instant"}]},
        {"id":"Observation.value[x]","path":"Observation.value[x]","min":0,"max":"1","type":[{"code":"Quantity"},{"code":"string"}]},
        {"id":"Observation.component","path":"Observation.component","min":0,"max":"*","type":[{"code":"BackboneElement"}]},
        {"id":"Observation.component.code","path":"Observation.component.code","min":1,"max":"1","type":[{"code":"CodeableConcept"}]}]}}
        """;

    [Theory]
    [InlineData("""{"path":"Observation.code","min":1},{"path":"Observation.value[x]","type":[{"code":"Quantity"}]},{"path":"Observation.component","max":"3"}""", "")]
    [InlineData("""{"path":"Observation.valueQuantity","min":1}""", "")]
    [InlineData("""{"path":"Observation.nothing","min":1}""", "differential-path ...[0]")]
    [InlineData("""{"path":"Observation.component.value[x]","min":1}""", "differential-path ...[0]")]
    [InlineData("""{"path":"Observation.value[x]"},{"path":"Observation.code"}""", "differential-order ...[1]")]
    [InlineData("""{"path":"Observation.component","sliceName":"a"},{"path":"Observation.component.code"},{"path":"Observation.component","sliceName":"b"},{"path":"Observation.component.code"}""", "")]
    [InlineData("""{"path":"Observation.code","min":0}""", "differential-min ...[0]")]
    [InlineData("""{"path":"Observation.code","max":"*"}""", "differential-max ...[0]")]
    [InlineData("""{"path":"Observation.value[x]","type":[{"code":"boolean"}]}""", "differential-type ...[0].type[0]")]
    [InlineData("""{"path":"Observation.issued","binding":{"strength":"required"}}""", "differential-binding ...[0]")]
    [InlineData("""{"path":"Observation.status","binding":{"strength":"required"}}""", "")]
    [InlineData("""{"path":"Observation.code","constraint":[{"key":"x","expression":"coding.exists("}]}""", "constraint-expression ...[0].constraint[0].expression")]
    [InlineData("""{"path":"Observation.component","slicing":{"discriminator":[{"type":"pattern","path":"code"}],"rules":"open"}}""", "")]
    [InlineData("""{"path":"Observation.component","slicing":{"discriminator":[{"type":"pattern","path":"kode"}],"rules":"open"}}""", "slicing-discriminator ...[0].slicing.discriminator[0]")]
    [InlineData("""{"path":"Observation.component","slicing":{"discriminator":[{"type":"value","path":"$this"},{"type":"value","path":"value"},{"type":"value","path":"extension('http://a').value"}]}}""", "")]
    [InlineData("""{"path":"Observation.extension","sliceName":"a","slicing":{"discriminator":[{"type":"value","path":"value"}]}}""", "slicing-redefined ...[0].slicing")]
    [InlineData("""{"path":"Observation.extension","sliceName":"a","slicing":{"discriminator":[{"type":"value","path":"value"}]}},{"path":"Observation.extension","sliceName":"a/b"}""", "")]
    public void A_differential_constrains_what_its_base_has(string elements, string expected) => Assert.Equal(
        expected.Replace("...", "StructureDefinition.differential.element", StringComparison.Ordinal),
        Errors($$$$$"""
            "type":"Observation","kind":"resource","derivation":"constraint","baseDefinition":"http://example.org/Base","differential":{"element":[{{{{{elements}}}}}]}
            """));

    [Theory]
    [InlineData("""
        "type":"Patient","kind":"resource","derivation":"constraint","baseDefinition":"http://example.org/Base"
        """, "structure-type StructureDefinition.type")]
    [InlineData("""
        "type":"Observation","kind":"complex-type","derivation":"constraint","baseDefinition":"http://example.org/Base"
        """, "structure-kind StructureDefinition.kind")]
    [InlineData("""
        "type":"Observation","kind":"resource","derivation":"specialization","baseDefinition":"http://example.org/Base"
        """, "structure-type StructureDefinition.type")]
    [InlineData("""
        "type":"Observation","kind":"resource","baseDefinition":"http://example.org/Base"
        """, "structure-derivation StructureDefinition")]
    [InlineData("""
        "type":"Patient","kind":"resource","derivation":"constraint","baseDefinition":"http://example.org/Unknown"
        """, "")]
    public void A_structure_says_how_it_comes_from_its_base(string rest, string expected) => Assert.Equal(expected, Errors(rest));

    [Theory]
    [InlineData("http://example.org/mine", "")]
    [InlineData("http://example.org/other", "extension-url StructureDefinition.differential.element[0]")]
    [InlineData(null, "extension-url StructureDefinition")]
    public void An_extension_fixes_its_url(string? url, string expected)
    {
        var element = url is null ? "{\"path\":\"Extension.value[x]\"}" : $"{{\"path\":\"Extension.url\",\"fixedUri\":\"{url}\"}}";
        Assert.Equal(expected, Errors($$$$$"""
            "type":"Extension","kind":"complex-type","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension","differential":{"element":[{{{{{element}}}}}]}
            """));
    }

    private static string Errors(string rest) =>
        RuleFindings.Errors($$$$$"""{"resourceType":"StructureDefinition","url":"http://example.org/mine",{{{{{rest}}}}}}""", Base);
}
