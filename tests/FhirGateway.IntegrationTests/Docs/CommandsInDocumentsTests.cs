using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace FhirGateway.IntegrationTests.Docs;

/// <summary>
/// Runs what the README and the guides tell people to run: every fenced <c>sh</c> block, in order, in one shell, as written but
/// for the two addresses, in a folder that holds links to ./gateway and docs.
/// </summary>
public sealed class CommandsInDocumentsTests : IDisposable
{
    private static readonly string[] Documents = ["README.md", "docs/operator-guide.md", "docs/sender-guide.md", "docs/hospital-guide.md", "docs/participant-guide.md"];

    /// <summary>Too long to run here, and run elsewhere: <see cref="DemoTests"/>, and whoever runs this test.</summary>
    private static readonly string[] Elsewhere = ["./gateway demo", "./test.sh"];
    private const string Serve = "./gateway serve";
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-docs-");

    [Fact]
    public async Task Every_command_runs_as_written_one_after_the_other()
    {
        var (exit, output, error) = await RunAsync();
        Assert.True(exit == 0, $"exit {exit}\n{error}\n{output}");
        // What a reader is told to see.
        Assert.Contains("\nMSG0001\tAA\n", output, StringComparison.Ordinal);
        Assert.Contains("decision: may not go (outside-period)", output, StringComparison.Ordinal);
        Assert.Contains("The audit log holds.", error, StringComparison.Ordinal);
        var entries = output.Split('\n').Where(l => l.StartsWith("{\"sequence\":", StringComparison.Ordinal)).ToList();
        Assert.All((string[])["adt.admit", "adt.update", "adt.discharge", "claims.eob", "claims.coverage", "clinical.resource", "roster.added"],
            type => Assert.Contains(entries, e => e.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal)));
        Assert.All(entries, EntryIsDocumented);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<(int Exit, string Output, string Error)> RunAsync()
    {
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "gateway"), Path.Combine(BuiltGateway.Repository, "gateway"));
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "docs"), Path.Combine(BuiltGateway.Repository, "docs"));
        var (http, mllp) = FreePorts();
        var script = Script().Replace("127.0.0.1:8080", $"127.0.0.1:{http}", StringComparison.Ordinal)
            .Replace("127.0.0.1:2575", $"127.0.0.1:{mllp}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "commands"), script, TestContext.Current.CancellationToken);
        return await BuiltGateway.RunAsync("/bin/bash", folder.FullName, MostTime, new Dictionary<string, string?>
        {
            ["Gateway__Http__Address"] = $"127.0.0.1:{http}",
            ["Gateway__Mllp__Address"] = $"127.0.0.1:{mllp}",
        }, "commands");
    }

    private static string Script()
    {
        var script = new StringBuilder("set -euo pipefail\n");
        script.Append("trap 'echo \"FAILED at $block: $BASH_COMMAND\" >&2' ERR\n");
        script.Append("trap 'status=$?; kill -TERM $gateway; wait $gateway || { cat serve.log >&2; status=70; }; exit $status' EXIT\n");
        foreach (var block in Documents.SelectMany(CommandBlock.Of).Where(b => !Elsewhere.Contains(b.Text)))
        {
            script.Append($"block={block}\necho; echo \"== $block\"\n");
            if (block.Text == Serve)
            {
                // In a terminal of its own, and ready before anything else is typed.
                script.Append($"{Serve} 2>serve.log & gateway=$!\n");
                script.Append("for i in $(seq 300); do grep -q '^ready ' serve.log && break; sleep 0.1; done; grep '^ready ' serve.log\n");
            }
            else
            {
                script.Append(block.Text).Append('\n');
            }
        }

        return script.ToString();
    }

    private static void EntryIsDocumented(string line)
    {
        using var entry = JsonDocument.Parse(line);
        var known = typeof(Contracts.StreamEntry).GetProperties()
            .Select(p => ((System.Text.Json.Serialization.JsonPropertyNameAttribute)p.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonPropertyNameAttribute), false)[0]).Name);
        Assert.Subset(known.ToHashSet(StringComparer.Ordinal), entry.RootElement.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal));
    }

    private static (int Http, int Mllp) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
