using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir;

public sealed class StructureTests
{
    [Theory]
    [InlineData("""{"resourceType":"Patient","id":"a","name":[{"family":"X","given":["Y"]}],"birthDate":"1970-01"}""", "")]
    [InlineData("""{"resourceType":"Patient","name":{"family":"X"}}""", "Patient.name: Must be an array")]
    [InlineData("""{"resourceType":"Patient","birthDate":["1970"]}""", "Patient.birthDate: Must be a single value, not an array")]
    [InlineData("""{"resourceType":"Patient","nam":"x"}""", "Patient.nam: Unknown element")]
    [InlineData("""{"resourceType":"Patient","Mr X 123":"x"}""", "Patient.?: Unknown element")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"X"},{"family":7}]}""", "Patient.name[1].family: Must be a text that is not empty")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970-02-30"}""", "Patient.birthDate: Must be a date: YYYY, YYYY-MM or YYYY-MM-DD")]
    [InlineData("""{"resourceType":"Patient","active":"true"}""", "Patient.active: Must be true or false")]
    [InlineData("""{"resourceType":"Patient","name":[]}""", "Patient.name: An array must not be empty")]
    [InlineData("""{"resourceType":"Patient","name":[{}]}""", "Patient.name[0]: An object must not be empty")]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}""", "Patient.deceasedDateTime: Only one type of a choice is allowed")]
    [InlineData("""{"resourceType":"Patient","birthDate":null}""", "Patient.birthDate: Must be a date: YYYY, YYYY-MM or YYYY-MM-DD")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"x"}]}]}""", "")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null]}]}""", "Patient.name[0].given[1]: Must be a text that is not empty")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"x"}]}]}""", "Patient.name[0].given: The array of extensions must be as long as the array of values")]
    [InlineData("""{"resourceType":"Observation","status":"final"}""", "Observation.code: Element is missing; at least 1 is required")]
    [InlineData("""{"resourceType":"Observation","_status":{"extension":[{"url":"x","valueCode":"y"}]},"code":{"text":"x"}}""", "")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":"1"}}""", "Observation.value.ofType(Quantity).value: Must be a number")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1.5}""", "Observation.value.ofType(integer): Must be a whole number of 32 bits")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e400}}""", "")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Nope"}]}""", "Patient.contained[0]: resourceType is no resource type of FHIR R4")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","x":1}]}""", "Patient.contained[0].x: Unknown element")]
    [InlineData("""{"resourceType":"Foo"}""", ": resourceType is no resource type of FHIR R4")]
    [InlineData("""{"a":1}""", ": resourceType is missing")]
    [InlineData("""{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","item":[{"type":"group"}]}]}""", "Questionnaire.item[0].item[0].linkId: Element is missing; at least 1 is required")]
    public void Structure_is_checked(string json, string expected) =>
        Assert.Equal(expected, string.Join('\n', Validate(json).Select(i => $"{i.Expression}: {i.Message}")));

    [Theory]
    [InlineData(PrimitiveKind.DateTime, "2020-01-01T10:00:00Z", true)]
    [InlineData(PrimitiveKind.DateTime, "2020-01-01T10:00:00.123-05:00", true)]
    [InlineData(PrimitiveKind.DateTime, "2020-01-01T10:00Z", false)]
    [InlineData(PrimitiveKind.DateTime, "2020-01-01T10:00:00", false)]
    [InlineData(PrimitiveKind.DateTime, "2020-01-01T25:00:00Z", false)]
    [InlineData(PrimitiveKind.DateTime, "0000", false)]
    [InlineData(PrimitiveKind.Instant, "2020-01-01", false)]
    [InlineData(PrimitiveKind.Time, "10:00:00", true)]
    [InlineData(PrimitiveKind.Code, "a b", true)]
    [InlineData(PrimitiveKind.Code, " a", false)]
    [InlineData(PrimitiveKind.Id, "a_b", false)]
    [InlineData(PrimitiveKind.Uri, "http://a b", false)]
    [InlineData(PrimitiveKind.Oid, "urn:oid:1.2.3", true)]
    [InlineData(PrimitiveKind.Uuid, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", true)]
    [InlineData(PrimitiveKind.Base64Binary, "QUJD", true)]
    [InlineData(PrimitiveKind.Base64Binary, "QUJ", false)]
    public void Primitives_have_a_form(PrimitiveKind kind, string text, bool isValid) =>
        Assert.Equal(isValid, PrimitiveFormat.IsValid(kind, Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_built_in_table_is_what_the_package_gives()
    {
        using var package = File.OpenRead(SharedSamples.Path("fhir/packages/hl7.fhir.r4.core-4.0.1.tgz"));
        Assert.Equal(StructureTableWriter.Write(package), StructureTable.ReadEmbedded());
        Assert.Equal(146, StructureTable.R4.ResourceTypes.Count());
    }

    [Fact]
    public void The_examples_of_the_specification_have_only_their_known_errors()
    {
        var tape = new JsonTape();
        var faulty = 0;
        var seen = 0;
        foreach (var (name, bytes) in SharedSamples.Entries("fhir/samples/r4-examples.tar.gz"))
        {
            if (!name.EndsWith(".json", StringComparison.Ordinal) || !tape.Read(bytes).IsNone || tape.Find(0, "resourceType"u8) < 0)
                continue;
            var issues = new List<StructureIssue>();
            new StructureValidator().Validate(tape, issues);
            seen++;
            faulty += issues.Count > 0 ? 1 : 0;
        }
        Assert.True(seen > 5000);
        // Missing linkId, SearchParameter.base, ImplementationGuide.name and .status, and an id of more than 64: all theirs.
        Assert.Equal(14, faulty);
    }

    [Fact]
    public void A_long_array_of_nulls_with_extensions_takes_no_quadratic_time()
    {
        const int Items = 200_000;
        var json = "{\"resourceType\":\"Patient\",\"name\":[{\"given\":[" + string.Join(',', Enumerable.Repeat("null", Items))
            + "],\"_given\":[" + string.Join(',', Enumerable.Repeat("{\"id\":\"x\"}", Items)) + "]}]}";
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Empty(Validate(json));
        Assert.InRange(clock.ElapsedMilliseconds, 0, 10_000);
    }

    private static List<StructureIssue> Validate(string json)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone);
        var issues = new List<StructureIssue>();
        new StructureValidator().Validate(tape, issues);
        return issues;
    }
}
