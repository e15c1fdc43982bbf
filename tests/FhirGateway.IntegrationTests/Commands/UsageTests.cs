namespace FhirGateway.IntegrationTests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("serve")]
    [InlineData("source add")]
    [InlineData("participant add")]
    [InlineData("agreement add")]
    [InlineData("agreement end")]
    [InlineData("client add")]
    [InlineData("token")]
    [InlineData("roster load")]
    [InlineData("panel load")]
    [InlineData("optout load")]
    [InlineData("import")]
    [InlineData("stream")]
    [InlineData("convert")]
    [InlineData("validate")]
    [InlineData("normalize")]
    [InlineData("fhirpath")]
    [InlineData("package add")]
    [InlineData("package list")]
    [InlineData("adt send")]
    [InlineData("why")]
    [InlineData("audit verify")]
    [InlineData("status")]
    public async Task Every_verb_has_help_with_examples_and_touches_nothing(string verb)
    {
        using var folder = new GatewayFolder();
        var help = (await folder.RunAsync([.. verb.Split(' '), "--help"])).Expect(0);
        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
        Assert.Contains("./gateway " + verb, help.Output, StringComparison.Ordinal);
        Assert.Empty(help.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("source")]
    [InlineData("source add acme")]
    [InlineData("source add acme --kind bank")]
    [InlineData("source add no.dots --kind payer")]
    [InlineData("source add acme --kind payer --time-zone Mars/Olympus")]
    [InlineData("source add acme --kind payer --base-url ftp://x")]
    [InlineData("client add")]
    [InlineData("client add --operator --source acme")]
    [InlineData("stream aco claims --after -1")]
    [InlineData("stream aco nonsense")]
    [InlineData("panel load x.csv --participant aco --days 0")]
    [InlineData("convert missing.hl7")]
    [InlineData("validate missing.json")]
    [InlineData("normalize missing.json --source acme")]
    [InlineData("fhirpath name( missing.json")]
    [InlineData("package add missing.tgz")]
    [InlineData("package add no.such.package@1.0.0 --cache nowhere")]
    [InlineData("package add no.such.package@1.0.0 --registry http://127.0.0.1:1 --cache nowhere")]
    [InlineData("adt send missing.hl7 --to 127.0.0.1:1")]
    [InlineData("adt send missing.hl7 --to nowhere")]
    [InlineData("token missing.json")]
    [InlineData("source list")]
    [InlineData("source add acme --kind payer --data nowhere/at/all")]
    [InlineData("source add acme --kind payer --data /proc/gateway-cannot-be-here")]
    [InlineData("serve --mllp 0.0.0.0:2575")]
    [InlineData("serve --mllp-tls 127.0.0.1:0")]
    [InlineData("serve --mllp-tls nonsense")]
    [InlineData("adt send missing.hl7 --to 127.0.0.1:1 --connections 0")]
    [InlineData("adt send missing.hl7 --to 127.0.0.1:1 --tls --ca missing.pem")]
    [InlineData("adt send missing.hl7 --to 127.0.0.1:1 --certificate missing.pem")]
    [InlineData("source set nobody --certificate missing.pem")]
    [InlineData("serve --http nonsense")]
    [InlineData("serve --http 0.0.0.0:8080")]
    [InlineData("serve --data nowhere/at/all")]
    public async Task Wrong_usage_exits_2_says_why_on_standard_error_and_nothing_on_standard_output(string line)
    {
        using var folder = new GatewayFolder();
        var outcome = (await folder.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Expect(2);
        Assert.NotEmpty(outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task A_file_in_place_of_the_data_directory_is_said()
    {
        using var folder = new GatewayFolder();
        folder.Write("data", "");
        var outcome = (await folder.RunAsync("source", "add", "acme", "--kind", "payer")).Expect(2);
        Assert.Contains("is a file", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_source_is_not_overwritten_unless_asked()
    {
        using var folder = new GatewayFolder();
        (await folder.RunAsync("source", "add", "st-mary", "--kind", "hospital", "--facility", "MARY")).Expect(0);
        (await folder.RunAsync("source", "add", "st-mary", "--kind", "hospital")).Expect(2);
        (await folder.RunAsync("source", "add", "other", "--kind", "hospital", "--facility", "mary")).Expect(2);
        Assert.Contains("st-mary\thospital\tMARY\t", (await folder.RunAsync("source", "list")).Expect(0).Output, StringComparison.Ordinal);
        (await folder.RunAsync("source", "add", "st-mary", "--kind", "hospital", "--facility", "STM", "--replace")).Expect(0);
        Assert.Contains("st-mary\thospital\tSTM\t", (await folder.RunAsync("source", "list")).Expect(0).Output, StringComparison.Ordinal);
    }
}
