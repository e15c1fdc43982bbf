using System.Text.Json.Nodes;
using FhirGateway.Host.Commands;
using FhirGateway.Tests.BulkFhir;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.Commands;

public sealed class ExportCommandTests
{
    private const string Patient = """{"resourceType":"Patient","id":"a","name":[{"family":"Ash"}],"birthDate":"1950-01-02"}""" + "\n";

    [Fact]
    public async Task A_source_is_set_and_exported_by_commands_alone()
    {
        using var folder = new TestFolder();
        await using var peer = new ExportPeer();
        peer.Files["/f/p"] = Patient;
        peer.Manifest = (_, _) => peer.ManifestOf("2026-11-01T00:00:00Z", "Patient /f/p");
        Assert.Equal(0, (await RunAsync(folder, "source", "add", "acme", "--kind", "payer")).Exit);
        var refused = await RunAsync(folder, "source", "set", "acme", "--fhir", peer.Url);
        Assert.Equal(2, refused.Exit);
        Assert.Contains("--allow " + peer.Origin, refused.Error, StringComparison.Ordinal);
        var set = await RunAsync(folder, "source", "set", "acme", "--fhir", peer.Url, "--allow", peer.Origin, "--type", "Patient,Coverage");
        Assert.Equal(0, set.Exit);
        Assert.Contains("without TLS", set.Error, StringComparison.Ordinal);
        var (exit, output, _) = await RunAsync(folder, "export", "acme");
        var receipt = JsonNode.Parse(output)!;
        Assert.Equal((0, "completed"), (exit, (string?)receipt["state"]));
        Assert.Equal(1, (long)receipt["submissions"]![0]!["counts"]!["stored"]!);
        Assert.Contains("_type=Patient%2CCoverage", peer.KickOffs[0].Target, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(folder, "source", "set", "acme", "--clear", "type", "--group", "g", "--dialect", "bcda")).Exit);
        Assert.Equal(0, (await RunAsync(folder, "source", "add", "acme", "--kind", "payer", "--authority", "ACME", "--replace")).Exit);
        await RunAsync(folder, "export", "acme", "--full");
        Assert.StartsWith("/fhir/Group/g/$export?", peer.KickOffs[1].Target, StringComparison.Ordinal);
        Assert.DoesNotContain("_type", peer.KickOffs[1].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dialect nonsense", "unknown")]
    [InlineData("--fhir ftp://p.example", "not an absolute")]
    [InlineData("--fhir https://user@p.example", "user information")]
    [InlineData("--allow https://p.example/path", "not an origin")]
    [InlineData("--every 0", "hours from 1")]
    [InlineData("--every 24", "no FHIR server")]
    [InlineData("--submitter https://p.example|", "has no value")]
    [InlineData("--only-participant nobody", "no participant")]
    [InlineData("--dialect pdex", "--only-participant")]
    [InlineData("--type patient", "not the name of a resource type")]
    [InlineData("--type-filter active=true", "not a query")]
    [InlineData("--clear nonsense", "no such setting")]
    [InlineData("--key missing.pem", "missing.pem")]
    public async Task What_is_wrong_with_a_setting_is_said_and_nothing_is_changed(string options, string says)
    {
        using var folder = new TestFolder();
        await RunAsync(folder, "source", "add", "acme", "--kind", "payer");
        var (exit, _, error) = await RunAsync(folder, ["source", "set", "acme", .. options.Split(' ')]);
        Assert.Equal(2, exit);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_public_keys_are_printed_and_made_once()
    {
        using var folder = new TestFolder();
        await RunAsync(folder, "source", "add", "acme", "--kind", "payer");
        var first = await RunAsync(folder, "source", "jwks", "acme", "--rsa");
        var keys = JsonNode.Parse(first.Output)!["keys"]!.AsArray();
        Assert.Equal(["EC", "RSA"], keys.Select(k => (string?)k!["kty"]).Order());
        Assert.All(keys, k => Assert.Null(k!["d"]));
        Assert.Equal(first.Output, (await RunAsync(folder, "source", "jwks", "acme")).Output);
    }

    [Fact]
    public async Task A_participant_keeps_what_is_not_given_and_an_NPI_is_checked()
    {
        using var folder = new TestFolder();
        await RunAsync(folder, "participant", "add", "aco", "--name", "Aco");
        Assert.Equal(2, (await RunAsync(folder, "participant", "add", "aco", "--npi", "1234567890")).Exit);
        await RunAsync(folder, "participant", "add", "aco", "--npi", "1234567893");
        var (_, list, _) = await RunAsync(folder, "participant", "list");
        Assert.Contains("Aco", list, StringComparison.Ordinal);
        Assert.Contains("1234567893", list, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(TestFolder folder, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] all = [.. args, "--data", folder.In("data")];
        var session = new Session { Args = all, WorkingDirectory = folder.Path, Output = output, Error = error };
        var exit = await CommandLine.RunAsync(all, session, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
