using System.Text;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Organizations;

namespace FhirGateway.Tests.BulkFhir;

public sealed class KickOffTests
{
    private static readonly ExportRequest Asked = new()
    {
        Level = ExportLevel.Group, Group = "g/1", Since = "2026-01-01T00:00:00Z", Types = ["Patient", "Coverage"],
        TypeFilters = ["Patient?active=true"], AssociatedData = ["LatestProvenanceResources"], OrganizeOutputBy = "Patient", AllowPartialManifests = true,
    };

    [Theory]
    [InlineData("stu1", "GET", "_type=Patient%2CCoverage", "organizeOutputBy")]
    [InlineData("stu2", "GET", "includeAssociatedData=LatestProvenanceResources", "organizeOutputBy")]
    [InlineData("stu3", "GET", "organizeOutputBy=Patient", "valueString")]
    [InlineData("smart", "GET", "allowPartialManifests=true", "valueString")]
    [InlineData("bcda", "GET", "_typeFilter=Patient%3Factive%3Dtrue", "includeAssociatedData")]
    [InlineData("ab2d", "GET", "_since=2026-01-01T00%3A00%3A00Z", "_typeFilter")]
    [InlineData("dpc", "GET", "/Group/g%2F1/$export?", "_typeFilter")]
    [InlineData("v4", "POST", """{"name":"_type","valueString":"Patient"},{"name":"_type","valueString":"Coverage"}""", "Patient,Coverage")]
    [InlineData("v4", "POST", """{"name":"includeAssociatedData","valueCoding":{"system":""", "valueCode")]
    [InlineData("pdex", "POST", """{"name":"_since","valueInstant":"2026-01-01T00:00:00Z"}""", "?_type")]
    public void Every_dialect_is_asked_in_its_own_words(string dialect, string method, string has, string hasNot)
    {
        var request = KickOff.Write("https://p.example/fhir", Asked, ExportDialect.Find(dialect)!, isVersion4: false);
        var text = request.Url.OriginalString + " " + Encoding.UTF8.GetString(request.Body.Span);
        Assert.Equal(method, request.Method.Method);
        Assert.Contains(has, text, StringComparison.Ordinal);
        Assert.DoesNotContain(hasNot, text, StringComparison.Ordinal);
        Assert.Contains(request.Headers, h => h is { Name: "Prefer", Value: "respond-async, handling=lenient" });
    }

    [Fact]
    public void What_the_capabilities_say_decides_where_the_dialect_leaves_it_open()
    {
        Assert.Equal(HttpMethod.Get, KickOff.Write("https://p.example", Asked, ExportDialect.Find(null)!, isVersion4: false).Method);
        Assert.Equal(HttpMethod.Post, KickOff.Write("https://p.example", Asked, ExportDialect.Find(null)!, isVersion4: true).Method);
    }

    [Fact]
    public void A_list_of_patients_needs_a_POST()
    {
        var request = KickOff.Write("https://p.example", Asked with { Patients = ["a", "b"] }, ExportDialect.Find("stu2")!, isVersion4: false);
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Contains("""{"name":"patient","valueReference":{"reference":"Patient/b"}}""", Encoding.UTF8.GetString(request.Body.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"export","definition":"http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"}""", "system", ExportLevel.System, false)]
    [InlineData("""{"name":"export","definition":"http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export|2.0.0"}""", "Group", ExportLevel.Group, false)]
    [InlineData("""{"name":"$export","definition":"http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export|4.0.0-ballot"}""", "Patient", ExportLevel.Patient, true)]
    [InlineData("""{"name":"export","definition":"https://p.example/OperationDefinition/own"}""", "Group", ExportLevel.Group, false)]
    [InlineData("""{"name":"everything","definition":"x"}""", "Patient", ExportLevel.None, false)]
    public void Capabilities_name_levels_and_version(string operation, string at, ExportLevel level, bool isVersion4)
    {
        var rest = at == "system" ? $$"""{"operation":[{{operation}}]}""" : $$"""{"resource":[{"type":"{{at}}","operation":[{{operation}}]}]}""";
        var read = ServerCapabilities.Read(Encoding.UTF8.GetBytes($$"""{"resourceType":"CapabilityStatement","rest":[{{rest}}]}"""));
        Assert.Equal((level, isVersion4), (read!.Levels, read.IsVersion4));
        Assert.Null(ServerCapabilities.Read("""{"resourceType":"Patient"}"""u8.ToArray()));
    }

    [Fact]
    public void The_scope_is_the_configured_Group_else_that_of_the_dialect_else_all_patients()
    {
        Assert.Equal("Group/g", ExportScope.Of(new SourceConnection { Group = "g" }, ExportDialect.Find("bcda")!, ServerCapabilities.Unknown).Name);
        Assert.Equal("Group/all", ExportScope.Of(new SourceConnection(), ExportDialect.Find("bcda")!, ServerCapabilities.Unknown).Name);
        Assert.Equal("Patient", ExportScope.Of(new SourceConnection(), ExportDialect.Find(null)!, ServerCapabilities.Unknown).Name);
        Assert.Equal("System", ExportScope.Of(new SourceConnection(), ExportDialect.Find(null)!, ServerCapabilities.Unknown with { Levels = ExportLevel.System }).Name);
    }

    [Fact]
    public void A_connection_that_was_stored_before_it_knew_a_setting_has_its_default()
    {
        var source = System.Text.Json.JsonSerializer.Deserialize("""{"Id":"a","Kind":"Payer"}""", Adapters.Sqlite.OrganizationJson.Default.Source)!;
        Assert.Empty(source.Connection.Types);
        var connected = System.Text.Json.JsonSerializer.Deserialize("""{"Id":"a","Kind":"Payer","Connection":{"FhirUrl":"https://p.example"}}""", Adapters.Sqlite.OrganizationJson.Default.Source)!;
        Assert.Empty(connected.Connection.TypeFilters);
        Assert.Empty(connected.Connection.AllowedOrigins);
    }
}
