using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Tests.Commands;

public sealed class ValidateCommandTests : IDisposable
{
    private const string Good = """{"resourceType":"Patient","id":"a","active":true,"identifier":[{"system":"http://example.org/mrn","value":"1"}],"name":[{"family":"A"}],"gender":"female"}""";
    private const string Bad = """{"resourceType":"Patient","id":"b","nam":"x","identifier":[{"system":"http://example.org/mrn","value":"1"}],"name":[{"family":"A"}],"gender":"female"}""";
    private readonly VerbRig rig = new();

    [Fact]
    public async Task Every_resource_has_one_outcome_in_order_and_an_error_exits_1()
    {
        rig.Write("some.ndjson", $"{Good}\n\n{Bad}\r\n{Good}");
        var (exit, output, error) = await rig.RunAsync("validate", "some.ndjson");
        Assert.Equal((1, ""), (exit, error));
        var outcomes = Outcomes(output);
        Assert.Equal([false, true, false], outcomes.Select(o => Issue(o).GetProperty("severity").GetString() == "error"));
        Assert.Equal([1, 3, 4], outcomes.Select(o => Place(o).Line));
        Assert.Equal("Patient.nam", Issue(outcomes[1]).GetProperty("expression")[0].GetString());
    }

    [Fact]
    public async Task Without_an_error_the_exit_is_0()
    {
        rig.Write("good.json", Good);
        Assert.Equal(0, (await rig.RunAsync("validate", "good.json")).Exit);
    }

    [Fact]
    public async Task A_summary_has_one_line_per_resource_and_a_file_named_twice_is_reported_once()
    {
        rig.Write("a.json", Good);
        rig.Write("b.ndjson", Bad + "\n{broken\n");
        var (_, output, _) = await rig.RunAsync("validate", "--summary", "a.json", "b.ndjson", "./a.json");
        var lines = output.Split('\n');
        Assert.Matches("^a\\.json\t1\tPatient/a\t0\t[0-9]+\t[0-9]+$", lines[0]);
        Assert.Matches("^b\\.ndjson\t1\tPatient/b\t1\t[0-9]+\t[0-9]+$", lines[1]);
        Assert.Equal("b.ndjson\t2\t-/-\t1\t0\t0", lines[2]);
        Assert.Equal(["", ], lines[3..]);
    }

    [Theory]
    [InlineData("{\n  \"resourceType\": \"Patient\",\n  \"active\": tru\n}", 3, 13)]
    [InlineData("{\n\n\n  \"resourceType\": \"Patient\",\r\n  \"ä😀\": 1, \"x\": {,}\n}", 5, 19)]
    [InlineData("", 1, 1)]
    [InlineData("[]", 1, 1)]
    public async Task Broken_json_is_fatal_with_line_and_column(string json, int line, int column)
    {
        rig.Write("a.json", json);
        var (exit, output, _) = await rig.RunAsync("validate", "a.json");
        Assert.Equal(1, exit);
        var outcome = Assert.Single(Outcomes(output));
        Assert.Equal("fatal", Issue(outcome).GetProperty("severity").GetString());
        Assert.Equal((line, column), Place(outcome));
    }

    [Fact]
    public async Task A_finding_in_a_printed_resource_names_its_line()
    {
        rig.Write("a.json", "{\n  \"resourceType\": \"Patient\",\n\n  \"active\": \"yes\"\n}\n");
        Assert.Equal((4, 14), Place(Assert.Single(Outcomes((await rig.RunAsync("validate", "a.json")).Output))));
    }

    [Fact]
    public async Task Xml_is_validated_with_its_own_places()
    {
        rig.Write("a.xml", "<Patient xmlns=\"http://hl7.org/fhir\">\n  <id value=\"a\"/>\n  <active value=\"yes\"/>\n</Patient>");
        rig.Write("broken.xml", "<Patient xmlns=\"http://hl7.org/fhir\">\n  <id value=\"a\">\n</Patient>");
        var outcomes = Outcomes((await rig.RunAsync("validate", "a.xml", "broken.xml")).Output);
        Assert.Equal(("error", 3), (Issue(outcomes[0]).GetProperty("severity").GetString(), Place(outcomes[0]).Line));
        Assert.Equal(("fatal", 3), (Issue(outcomes[1]).GetProperty("severity").GetString(), Place(outcomes[1]).Line));
    }

    [Fact]
    public async Task Gzip_is_read_and_a_cut_one_is_fatal_after_its_good_lines()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"resourceType\":\"Parameters\",\"id\":\"{i * 7919}\"}}\n"))));
        await File.WriteAllBytesAsync(Path.Combine(rig.Folder, "all.ndjson.gz"), packed.ToArray(), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(rig.Folder, "cut.ndjson.gz"), packed.ToArray()[..^2000], TestContext.Current.CancellationToken);
        var (exit, output, _) = await rig.RunAsync("validate", "--summary", "all.ndjson.gz");
        Assert.Equal(0, exit);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"all.ndjson.gz\t{i + 1}\tParameters/{i * 7919}"), lines.Select(l => string.Join('\t', l.Split('\t')[..3])));
        (exit, output, _) = await rig.RunAsync("validate", "cut.ndjson.gz");
        var outcomes = Outcomes(output);
        Assert.Equal(1, exit);
        Assert.InRange(outcomes.Count, 100, 5000);
        Assert.Contains("stop before their end", Issue(outcomes[^1]).GetProperty("diagnostics").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_come_from_files()
    {
        rig.Write("good.json", Good);
        rig.Write("profile.json", Profile("http://example.org/p", "active", 1));
        rig.Write("none.json", """{"resourceType":"Patient"}""");
        Assert.Equal(0, (await rig.RunAsync("validate", "good.json", "--profile", "profile.json")).Exit);
        var (exit, output, _) = await rig.RunAsync("validate", "none.json", "--profile", "profile.json");
        Assert.Equal(1, exit);
        Assert.Contains("http://example.org/p", output, StringComparison.Ordinal);
        (exit, output, _) = await rig.RunAsync("validate", "none.json", "--definitions", "profile.json", "--profile", "http://example.org/p");
        Assert.Equal(1, exit);
        Assert.Contains("Patient.active", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate missing.json", "there is no such file")]
    [InlineData("validate a.json --package nothing@1.0", "nothing#1.0")]
    [InlineData("validate a.json --package a.tgz", "a.tgz")]
    [InlineData("validate a.json --package /etc", "no NAME@VERSION")]
    [InlineData("validate a.json --profile http://example.org/unknown", "http://example.org/unknown")]
    [InlineData("validate a.json --profile a.json", "must hold one StructureDefinition")]
    [InlineData("validate a.json --definitions missing", "there is no such file")]
    [InlineData("validate a.json --definitions empty", "holds no *.json")]
    public async Task What_cannot_be_had_is_said_and_exits_2(string line, string said)
    {
        rig.Write("a.json", Good);
        rig.Write("a.tgz", "no archive");
        Directory.CreateDirectory(Path.Combine(rig.Folder, "empty"));
        var (exit, output, error) = await rig.RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_that_cannot_be_used_is_said_and_the_rest_goes_on()
    {
        rig.Write("a.json", Good);
        rig.Write("broken.json", "{");
        var (exit, _, error) = await rig.RunAsync("validate", "a.json", "--definitions", "broken.json");
        Assert.Equal(0, exit);
        Assert.Contains("broken.json cannot be used", error, StringComparison.Ordinal);
    }

    public void Dispose() => rig.Dispose();

    private static string Profile(string url, string element, int min) =>
        $$$"""
        {"resourceType":"StructureDefinition","url":"{{{url}}}","name":"P","status":"draft","kind":"resource","abstract":false,"type":"Patient",
         "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
         "differential":{"element":[{"id":"Patient","path":"Patient"},{"id":"Patient.{{{element}}}","path":"Patient.{{{element}}}","min":{{{min}}}}]}}
        """;

    private static List<JsonElement> Outcomes(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    private static JsonElement Issue(JsonElement outcome) => outcome.GetProperty("issue")[0];

    private static (int Line, int Column) Place(JsonElement outcome)
    {
        var extensions = Issue(outcome).GetProperty("extension");
        return (extensions[0].GetProperty("valueInteger").GetInt32(), extensions[1].GetProperty("valueInteger").GetInt32());
    }
}
