using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Tests.Fhir.Conformance;

/// <summary>Examples that their publishers hold for valid: no error but those that a table explains.</summary>
public sealed partial class ExampleTests
{
    private readonly ValidateRig rig = new();

    [Theory]
    [InlineData("us_core_311.tgz", "uscore311")]
    [InlineData("us_core_610.tgz", "uscore610")]
    [InlineData("us_core_700.tgz", "uscore700")]
    [InlineData("carin4bb-200.tgz", "carin200", "us_core_311.tgz")]
    public async Task Examples_of_a_package_have_only_explained_errors(string package, string oracle, params string[] needed)
    {
        var path = SharedSamples.Path("fhir/packages/" + package);
        var examples = PackageReader.ReadFile(path, withExamples: true).Examples;
        Assert.NotEmpty(examples);
        var found = await rig.CheckAsync(
            [path, ValidateRig.R4, .. needed.Select(n => SharedSamples.Path("fhir/packages/" + n))],
            examples.Select(e => (Path.GetFileName(e.Entry), e.Json)));
        var errors = found.SelectMany(f => f.Found.Where(i => i.IsError).Select(i => (f.Name, Line: i))).ToList();
        ValidateRig.Keep($"examples-{oracle}.txt", Report(errors, oracle, found.Count));
        var listed = ValidateRig.Table("example-errors.tsv").Where(r => r[0] == oracle).Select(r => string.Join('\t', r[1..4]));
        Assert.Equal(listed.Order(StringComparer.Ordinal), errors.Select(e => $"{e.Name}\t{e.Line.Key}\t{e.Line.Expression}").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_of_the_specification_have_only_explained_errors()
    {
        var examples = SharedSamples.Entries("fhir/samples/r4-examples.tar.gz").Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal) && IsResource(e.Bytes));
        var found = await rig.CheckAsync([ValidateRig.R4], examples.Select(e => (e.Name, (ReadOnlyMemory<byte>)e.Bytes)));
        Assert.True(found.Count > 5000);
        Explained("r4", found);
    }

    [Fact]
    public async Task Synthetic_bulk_data_have_only_explained_errors()
    {
        var number = 0;
        var found = await rig.CheckAsync(
            [SharedSamples.Path("fhir/packages/us_core_311.tgz"), ValidateRig.R4], SharedSamples.BulkLines().Select(l => ($"line {++number}", (ReadOnlyMemory<byte>)l)));
        Assert.True(found.Count > 1000);
        Explained("synthea", found);
    }

    /// <summary>Errors by kind and place, counted, against the table.</summary>
    private static void Explained(string set, List<(string Name, List<OutcomeLine> Found)> found)
    {
        var kinds = found.SelectMany(f => f.Found.Where(i => i.IsError).Select(i => (f.Name, Line: i)))
            .GroupBy(e => $"{e.Line.Key}\t{Index().Replace(e.Line.Expression, "")}").OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        ValidateRig.Keep($"examples-{set}.txt", kinds.Select(k => $"{k.Count()}\t{k.Key}\t{k.First().Line.Message}\t{string.Join(", ", k.Select(e => e.Name).Distinct().Take(3))}")
            .Prepend($"{found.Count} resources, {found.Count(f => f.Found.Exists(i => i.IsError))} with errors"));
        var listed = ValidateRig.Table("sample-errors.tsv").Where(r => r[0] == set).Select(r => string.Join('\t', r[1..4]));
        Assert.Equal(listed.Order(StringComparer.Ordinal), kinds.Select(k => $"{k.Key}\t{k.Count()}").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Report(List<(string Name, OutcomeLine Line)> errors, string oracle, int examples)
    {
        var theirs = Oracle(oracle);
        yield return $"{examples} examples; ours: {errors.Select(e => e.Name).Distinct().Count()} with errors; the other validator: {theirs.Count}";
        foreach (var (name, line) in errors)
            yield return $"ours\t{name}\t{line}{(theirs.ContainsKey(name) ? "\t(the other one has errors here too)" : "")}";
        foreach (var (name, texts) in theirs.OrderBy(t => t.Key, StringComparer.Ordinal))
            foreach (var text in texts)
                yield return $"theirs\t{name}\t{text}{(errors.Exists(e => e.Name == name) ? "\t(ours too)" : "")}";
    }

    /// <summary>What another validator, offline, found in the same examples: file and errors.</summary>
    private static Dictionary<string, List<string>> Oracle(string name)
    {
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(SharedSamples.Path($"fhir/oracle/firely-validator-2.5.1_{name}.ndjson")))
        {
            using var document = JsonDocument.Parse(line);
            // It threw on some: then there are no issues.
            if (document.RootElement.GetProperty("issues") is not { ValueKind: JsonValueKind.Array } issues)
                continue;
            var errors = issues.EnumerateArray()
                .Where(i => i.GetProperty("sev").GetString() is "Error" or "Fatal").Select(i => $"{i.GetProperty("expr").GetString()}: {i.GetProperty("text").GetString()}").ToList();
            if (errors.Count > 0)
                found[document.RootElement.GetProperty("file").GetString()!] = errors;
        }
        return found;
    }

    private static bool IsResource(byte[] json)
    {
        var tape = new JsonTape();
        return tape.Read(json).IsNone && tape.Find(0, "resourceType"u8) >= 0;
    }

    [GeneratedRegex(@"\[\d+\]", RegexOptions.NonBacktracking)]
    private static partial Regex Index();
}
