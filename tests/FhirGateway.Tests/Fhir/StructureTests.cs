using System.Text;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir;

public sealed class StructureTests
{
    [Theory]
    [InlineData("""{"resourceType":"Patient","id":"a","name":[{"family":"X","given":["Y"]}],"birthDate":"1970-01"}""", "")]
    [InlineData("""{"resourceType":"Patient","name":{"family":"X"}}""", "array Patient.name")]
    [InlineData("""{"resourceType":"Patient","birthDate":["1970"]}""", "array Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","nam":"x"}""", "unknown-element Patient.nam")]
    [InlineData("""{"resourceType":"Patient","Mr X 123":"x"}""", "unknown-element Patient.?")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"X"},{"family":7}]}""", "json-type Patient.name[1].family")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970-02-30"}""", "primitive Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","active":"true"}""", "json-type Patient.active")]
    [InlineData("""{"resourceType":"Patient","name":[]}""", "empty-array Patient.name")]
    [InlineData("""{"resourceType":"Patient","name":[{}]}""", "empty-object Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}""", "choice Patient.deceased.ofType(dateTime)")]
    [InlineData("""{"resourceType":"Patient","birthDate":null}""", "json-type Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"x"}]}]}""", "")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null]}]}""", "json-type Patient.name[0].given[1]")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"x"}]}]}""", "array Patient.name[0].given")]
    [InlineData("""{"resourceType":"Observation","status":"final"}""", "cardinality-min Observation.code")]
    [InlineData("""{"resourceType":"Observation","_status":{"extension":[{"url":"x","valueCode":"y"}]},"code":{"text":"x"}}""", "")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":"1"}}""", "json-type Observation.value.ofType(Quantity).value")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1.5}""", "primitive Observation.value.ofType(integer)")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e400}}""", "")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Nope"}]}""", "resource-type Patient.contained[0]")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","x":1}]}""", "unknown-element Patient.contained[0].x")]
    [InlineData("""{"resourceType":"Foo"}""", "resource-type")]
    [InlineData("""{"a":1}""", "cardinality-min")]
    [InlineData("""{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","item":[{"type":"group"}]}]}""", "cardinality-min Questionnaire.item[0].item[0].linkId")]
    public void Structure_is_checked(string json, string expected) =>
        Assert.Equal(expected, string.Join('\n', Validated.By(Validated.R4, json).Where(i => i.Severity != IssueSeverity.Information && i.Key is not ("dom-6" or "extension-unknown" or "contained-id" or "que-0")).Select(i => $"{i.Key} {i.Expression}".TrimEnd())));

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
    public void The_table_knows_every_resource_type_and_nested_elements()
    {
        Assert.Equal(146, StructureTable.R4.ResourceTypes.Count());
        Assert.True(StructureTable.R4.HasProperty("Patient.contact", "telecom"u8, out var isArray) && isArray);
        Assert.True(StructureTable.R4.HasProperty("Timing.repeat", "boundsPeriod"u8, out isArray) && !isArray);
        Assert.False(StructureTable.R4.HasProperty("Patient.contact", "photo"u8, out _));
    }

    [Fact]
    public void A_long_array_of_nulls_with_extensions_takes_no_quadratic_time()
    {
        const int Items = 200_000;
        var json = "{\"resourceType\":\"Patient\",\"name\":[{\"given\":[" + string.Join(',', Enumerable.Repeat("null", Items))
            + "],\"_given\":[" + string.Join(',', Enumerable.Repeat("{\"id\":\"x\"}", Items)) + "]}]}";
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.DoesNotContain(Validated.By(Validated.R4, json), i => i.Code == "structure");
        Assert.InRange(clock.ElapsedMilliseconds, 0, 10_000);
    }
}
