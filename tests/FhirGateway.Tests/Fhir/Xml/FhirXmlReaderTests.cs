using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Fhir.Xml;

public sealed partial class FhirXmlReaderTests
{
    private const string Suite = "fhir/test-cases/fhirpath-r4/";

    [Theory]
    [InlineData("""<active value="true"/>""", "\"active\":true")]
    [InlineData("""<active value="yes"/>""", "\"active\":\"yes\"")]
    [InlineData("""<name><given value="A"/><given value="B"/></name>""", """
        "name":[{"given":["A","B"]}]
        """)]
    [InlineData("""<name><given id="x"/><given value="B"/></name>""", """
        "name":[{"given":[null,"B"],"_given":[{"id":"x"},null]}]
        """)]
    [InlineData("""<birthDate><extension url="u"><valueCode value="c"/></extension></birthDate>""", """
        "_birthDate":{"extension":[{"url":"u","valueCode":"c"}]}
        """)]
    [InlineData("""<birthDate id="b" value="1970"/>""", """
        "birthDate":"1970","_birthDate":{"id":"b"}
        """)]
    [InlineData("""<birthDate value="1970"/><birthDate value="1971"/>""", "\"birthDate\":[\"1970\",\"1971\"]")]
    [InlineData("""<multipleBirthInteger value="2"/>""", "\"multipleBirthInteger\":2")]
    [InlineData("""<multipleBirthInteger value="02"/>""", "\"multipleBirthInteger\":\"02\"")]
    [InlineData("""<extension url="u"><valueDecimal value="1.50"/></extension>""", """
        "extension":[{"url":"u","valueDecimal":1.50}]
        """)]
    [InlineData("""<extension url="u"><valueDecimal value="1E-4000"/></extension>""", """
        "extension":[{"url":"u","valueDecimal":1E-4000}]
        """)]
    [InlineData("""<contained><Organization><id value="o"/></Organization></contained>""", """
        "contained":[{"resourceType":"Organization","id":"o"}]
        """)]
    [InlineData("""<text><status value="empty"/><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b</p></div></text>""", """
        "text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a &lt; b</p></div>"}
        """)]
    [InlineData("""<nam value="x"/><deep><a value="1"/><a value="2"/></deep>""", """
        "nam":"x","deep":{"a":["1","2"]}
        """)]
    [InlineData("<!-- said --><?pi x?><gender value=\"male\"/>", "\"gender\":\"male\"")]
    [InlineData("<gender value=\"a&quot;&amp;&#x1F600;\"/>", "\"gender\":\"a\\\"&\\uD83D\\uDE00\"")]
    public void Elements_become_properties(string inner, string expected) =>
        Assert.Equal("{\"resourceType\":\"Patient\"," + expected.Trim() + "}", Json("<Patient xmlns=\"http://hl7.org/fhir\">" + inner + "</Patient>"));

    [Theory]
    [InlineData("", 1)]
    [InlineData("<Patient xmlns=\"http://hl7.org/fhir\">", 1)]
    [InlineData("<Patient/>", 1)]
    [InlineData("<Patient xmlns=\"http://hl7.org/fhir\">\nsecret</Patient>", 1)]
    [InlineData("<Patient xmlns=\"http://hl7.org/fhir\">\n<secret></Patient>", 2)]
    [InlineData("<Patient xmlns=\"http://hl7.org/fhir\">\n\n<contained/></Patient>", 3)]
    [InlineData("<Patient xmlns=\"http://hl7.org/fhir\"><a xmlns=\"secret\"/></Patient>", 1)]
    [InlineData("<!DOCTYPE x [<!ENTITY secret SYSTEM \"file:///etc/hostname\">]><Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&secret;\"/></Patient>", 1)]
    [InlineData("<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&secret;\"/></Patient>", 1)]
    public void What_is_no_resource_is_refused_with_its_place_and_without_its_text(string xml, int line)
    {
        var fault = Assert.Throws<FhirXmlException>(() => Json(xml));
        Assert.Equal(line, fault.Line);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_size_have_limits()
    {
        var deep = "<Patient xmlns=\"http://hl7.org/fhir\">" + string.Concat(Enumerable.Repeat("<a>", 100_000));
        Assert.Contains("levels", Assert.Throws<FhirXmlException>(() => Json(deep)).Reason, StringComparison.Ordinal);
        var wide = "<Patient xmlns=\"http://hl7.org/fhir\">" + string.Concat(Enumerable.Repeat("<a/>", 100_000)) + "</Patient>";
        Assert.Throws<FhirXmlException>(() => FhirXmlReader.Read(Stream(wide), new() { MaxCharacters = 10_000 }));
    }

    [Fact]
    public void A_byte_of_the_json_has_its_place_in_the_xml()
    {
        var resource = FhirXmlReader.Read(Stream("<Patient xmlns=\"http://hl7.org/fhir\">\n <name>\n  <given value=\"A\"/>\n  <given value=\"B\"/></name>\n <active value=\"x\"/></Patient>"));
        var text = Encoding.UTF8.GetString(resource.Json);
        Assert.Equal((1, 2), resource.PlaceOf(0));
        Assert.Equal((3, 4), resource.PlaceOf(text.IndexOf("\"A\"", StringComparison.Ordinal)));
        Assert.Equal((4, 4), resource.PlaceOf(text.IndexOf("\"B\"", StringComparison.Ordinal)));
        Assert.Equal((5, 3), resource.PlaceOf(text.IndexOf("\"x\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<a/>", true)]
    [InlineData("\uFEFF  <a/>", true)]
    [InlineData("{}", false)]
    [InlineData("", false)]
    public void Xml_is_known_by_its_beginning(string text, bool expected) => Assert.Equal(expected, FhirXmlReader.IsXml(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("codesystem-example")]
    [InlineData("observation-example")]
    [InlineData("parameters-example-types")]
    [InlineData("patient-example-period")]
    [InlineData("patient-example")]
    [InlineData("questionnaire-example")]
    [InlineData("valueset-example-expansion")]
    public void The_inputs_of_the_official_suite_equal_their_json(string name)
    {
        using var xml = File.OpenRead(SharedSamples.Path(Suite + name + ".xml"));
        using var ours = JsonDocument.Parse(FhirXmlReader.Read(xml).Json);
        using var theirs = JsonDocument.Parse(File.ReadAllBytes(SharedSamples.Path(Suite + "input-json/" + name + ".json")));
        Assert.Equal(Canonical(theirs.RootElement), Canonical(ours.RootElement));
    }

    [Theory]
    [InlineData("condition-example.xml")]
    [InlineData("list-example-long.xml")]
    [InlineData("medicationdispenseexample8.xml")]
    [InlineData("observation-example-20minute-apgar-score.xml")]
    [InlineData("patient-example-xds.xml")]
    [InlineData("patient-glossy-example.xml")]
    [InlineData("myconsent-profile.xml")]
    public void Resources_in_xml_have_the_structure_of_their_type(string name)
    {
        using var xml = File.OpenRead(SharedSamples.Path(Suite + name));
        var tape = new JsonTape();
        Assert.True(tape.Read(FhirXmlReader.Read(xml).Json).IsNone);
        Assert.DoesNotContain(Validated.By(Validated.R4, tape), i => i.Code == "structure");
    }

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        var pieces = Gen.Elements(
            "<Patient xmlns=\"http://hl7.org/fhir\">", "</Patient>", "<name>", "</name>", "<given value=\"A\"/>", "<text>", "</text>", "<contained>", "</contained>",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">", "</div>", "<!--", "-->", "<![CDATA[x]]>", "&lt;", "&x;", "<!DOCTYPE a>", " ", "x", "\u0001", "\uD800", "<value/>", "value=\"1\"");
        Prop.ForAll(pieces.ListOf().ToArbitrary(), list =>
        {
            try
            {
                Assert.True(new JsonTape().Read(FhirXmlReader.Read(Stream("<Patient xmlns=\"http://hl7.org/fhir\">" + string.Concat(list))).Json).Code is JsonFaultCode.None or JsonFaultCode.TooDeep);
            }
            catch (FhirXmlException e)
            {
                Assert.True(e.Line > 0 && e.Column > 0);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static MemoryStream Stream(string xml) => new(Encoding.UTF8.GetBytes(xml));

    private static string Json(string xml) => Encoding.UTF8.GetString(FhirXmlReader.Read(Stream(xml)).Json);

    /// <summary>
    /// One text for equal content: names sorted, numbers as written, narrative without white space, and line ends as spaces,
    /// for XML has none in an attribute (XML 1.0, section 3.3.3).
    /// </summary>
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",\n", value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => p.Name + ":" + (p.Name == "div" ? Space().Replace(p.Value.GetString()!, "") : Canonical(p.Value)))) + "}",
        JsonValueKind.Array => "[" + string.Join(",\n", value.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.String => "\"" + value.GetString()!.Replace('\n', ' ') + "\"",
        _ => value.GetRawText(),
    };

    [GeneratedRegex(@"\s+|&#xA0;|\u00A0", RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
