using FhirGateway.Normalization;
using FhirGateway.Processing;
using static FhirGateway.Tests.Processing.TestGateway;

namespace FhirGateway.Tests.Processing;

public sealed class UnchangedLinesTests
{
    private const int Conditions = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_repeats_in_and_across_files_every_change_counts_and_is_published_once_in_order(int seed)
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(new RosterOptions(), Row("m1"));
        await gateway.ImportAsync(gateway.Payer, Patient("m1"));
        var random = new Random(seed);
        var current = new Dictionary<int, int>();
        var published = 0L;
        for (var round = 0; round < 5; round++)
        {
            var (stored, unchanged) = (0L, 0L);
            var lines = new List<string>();
            for (var i = 0; i < 700; i++)
            {
                // Mostly what is there already; now and then another version, often followed by the old one again.
                var id = random.Next(Conditions);
                var version = random.Next(10) == 0 ? random.Next(3) : current.GetValueOrDefault(id);
                lines.Add(Condition(id, version));
                if (current.TryGetValue(id, out var known) && known == version)
                    unchanged++;
                else
                    stored++;
                current[id] = version;
            }

            var counts = (await gateway.ImportAsync(gateway.Payer, [.. lines])).Counts;
            Assert.Equal((stored, unchanged, 0L), (counts.Stored, counts.Unchanged, counts.Held));
            published += stored;
            Assert.Equal(published, gateway.Events("clinical").Count - 1);
        }

        foreach (var (id, version) in current)
        {
            var last = (await gateway.ReadAsync("clinical")).Last(e => e.GetProperty("data").GetRawText().Contains($"\"c{id}\"", StringComparison.Ordinal));
            Assert.Contains($"version {version}", last.GetProperty("data").GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Findings_of_unchanged_lines_are_counted_again_and_other_settings_read_every_line_again()
    {
        await using var gateway = await StartAsync();
        string[] lines = [Patient("m1"), Condition(1, 1), Condition(2, 1).Replace("\"code\"", "\"recordedDate\":\"nonsense\",\"code\"", StringComparison.Ordinal)];
        var first = (await gateway.ImportAsync(gateway.Payer, lines)).Counts;
        Assert.NotEmpty(first.Findings);
        var again = (await gateway.ImportAsync(gateway.Payer, lines)).Counts;
        Assert.Equal((3, first.WithIssues), (again.Unchanged, again.WithIssues));
        Assert.Equal(first.Findings, again.Findings);
        await gateway.Engine.Registry.SaveAsync(gateway.Payer with { HoldsProfileErrors = true }, "test", default);
        var held = (await gateway.ImportAsync(gateway.Payer, lines)).Counts;
        Assert.True(held.Held > 0, "the new policy was not applied to lines that came before");
    }

    [Fact]
    public async Task A_line_whose_reference_did_not_resolve_is_read_again()
    {
        await using var gateway = await StartAsync();
        const string Line = """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient?identifier=urn:x|7"},"code":{"text":"x"}}""";
        Assert.Equal(1, (await gateway.ImportAsync(gateway.Payer, Line)).Counts.UnresolvedReferences);
        await gateway.ImportAsync(gateway.Payer, """{"resourceType":"Patient","id":"m1","identifier":[{"system":"urn:x","value":"7"}]}""");
        var counts = (await gateway.ImportAsync(gateway.Payer, Line)).Counts;
        Assert.Equal((0, 1), (counts.UnresolvedReferences, counts.Stored));
    }

    [Fact]
    public async Task A_line_is_read_again_where_its_reference_means_another_resource_by_now()
    {
        await using var gateway = await StartAsync();
        static string Practitioner(string id) => $$"""{"resourceType":"Practitioner","id":"{{id}}","identifier":[{"system":"urn:npi","value":"1"}]}""";
        var claim = Eob("e1", "m1", provider: "Practitioner?identifier=urn:npi|1");
        await gateway.ImportAsync(gateway.Payer, Patient("m1"), Practitioner("a"), claim);
        Assert.Equal(1, (await gateway.ImportAsync(gateway.Payer, claim)).Counts.Unchanged);
        await gateway.SubmitAsync(await gateway.OpenJobAsync(), 0, ManifestFile.Deleted("Practitioner/a"));
        var counts = (await gateway.ImportAsync(gateway.Payer, Practitioner("b"), claim)).Counts;
        Assert.Equal((2, 0), (counts.Stored, counts.Unchanged));
    }

    [Fact]
    public async Task An_older_line_that_is_read_again_for_its_reference_does_not_overwrite_a_newer_one_of_its_file()
    {
        await using var gateway = await StartAsync();
        await gateway.RosterAsync(new RosterOptions(), Row("m1"));
        static string Organization(string id, string name, string parent) =>
            $$$"""{"resourceType":"Organization","id":"{{{id}}}","identifier":[{"system":"urn:n","value":"{{{id}}}"}],"name":"{{{name}}}"{{{parent}}}}""";
        await gateway.ImportAsync(gateway.Payer,
            Organization("o1", "older", ""","partOf":{"reference":"Organization?identifier=urn:n|o2"}"""), Organization("o1", "newer", ""), Organization("o2", "parent", ""),
            Patient("m1"), Eob("e1", "m1", provider: "Organization/o1"));
        var seen = (await gateway.ReadAsync("clinical")).Last(e => e.GetProperty("data").GetRawText().Contains("\"o1\"", StringComparison.Ordinal));
        Assert.Equal("newer", seen.GetProperty("data").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","id":"a"}""", "Patient", "a")]
    [InlineData("""{"meta":{"id":"no","tag":[{"id":"x"}]},"id":"b","resourceType":"Condition"}""", "Condition", "b")]
    [InlineData("""{"resourceType":"Patient","id":"é"}""", "Patient", "é")]
    public void Type_and_id_are_those_of_the_resource_itself(string line, string type, string id) =>
        Assert.Equal(new LineIdentity(type, id), LineIdentity.Find(System.Text.Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("""{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Nothing","id":"a"}""")]
    [InlineData("""{"resourceType":"Patient","id":"\u0061"}""")]
    [InlineData("""{"resourceType":"Patient","id":7}""")]
    [InlineData("""{"resourceType":"Patient","id":""}""")]
    [InlineData("""{"id":"a","resourceType":""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_cannot_be_read_plainly_is_left_to_the_whole_reading(string line) =>
        Assert.Null(LineIdentity.Find(System.Text.Encoding.UTF8.GetBytes(line)));

    private static string Condition(int id, int version) =>
        $$$"""{"resourceType":"Condition","id":"c{{{id}}}","subject":{"reference":"Patient/m1"},"code":{"text":"version {{{version}}}"},"identifier":[{"value":"c{{{id}}}"}]}""";
}
