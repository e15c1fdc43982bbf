using System.Text.Json;
using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Payers.Servers;
using FhirGateway.Simulation.Payers.Submitting;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>A payer that submits to the gateway: registered, its members on the participant's roster, with a client of its own.</summary>
internal sealed class SubmitSource : IAsyncDisposable
{
    private readonly ClientFile client;
    private readonly BulkGateway gateway;

    private SubmitSource(BulkGateway gateway, string id, MemberClaims members, ClientFile client, SubmitProvider provider)
    {
        this.gateway = gateway;
        Id = id;
        Members = members;
        this.client = client;
        Provider = provider;
    }

    public string Id { get; }
    public MemberClaims Members { get; }
    public SubmitProvider Provider { get; }

    public static async Task<SubmitSource> AddAsync(BulkGateway gateway, string id, ProviderDialect dialect = ProviderDialect.Ballot4, bool isProtected = false, KeyValuePair<string, string>? header = null, int? filesPerPage = null)
    {
        var members = new MemberClaims(id);
        (await gateway.RunAsync("source", "add", id, "--kind", "payer")).Expect(0);
        gateway.Write(id + ".csv", members.Roster(BulkHost.Participant));
        (await gateway.RunAsync("roster", "load", id + ".csv", "--source", id)).Expect(0);
        var options = new SubmitProviderOptions
        {
            Dialect = dialect,
            SubmitterSystem = "https://payers.example/submitters",
            SubmitterValue = id,
            RequiredHeader = header,
            FilesPerPage = filesPerPage,
            Clients = isProtected ? [new PayerClient { ClientId = PayerCase.ClientId, Jwks = (await gateway.RunAsync("source", "jwks", id)).Expect(0).Output }] : [],
        };
        var path = Path.Combine(gateway.Folder, id + ".client.json");
        (await gateway.RunAsync("client", "add", "--source", id, "--out", path)).Expect(0);
        var credentials = await ClientFile.LoadAsync(path, TestContext.Current.CancellationToken);
        var provider = new SubmitProvider(gateway.Process.Client, credentials, options, TimeProvider.System);
        string[] tokens = isProtected ? ["--client-id", PayerCase.ClientId, "--token-url", provider.TokenUrl.AbsoluteUri] : [];
        (await gateway.RunAsync(["source", "set", id, "--submitter", "https://payers.example/submitters|" + id, "--allow", provider.Origin, .. tokens])).Expect(0);
        return new SubmitSource(gateway, id, members, credentials, provider);
    }

    public Uri Publish(string name, params IEnumerable<string> lines) =>
        Provider.Publish(name, lines.GroupBy(TypeOf).Select((g, i) => SubmitProvider.File($"{g.Key}-{i}.ndjson", g.Key, g)));

    public Task<SubmitAnswer> SubmitAsync(string submission, string? status, Uri? manifest = null, Uri? replaces = null) =>
        Provider.SubmitAsync(new SubmitCall { SubmissionId = submission, Status = status, Manifest = manifest, Replaces = replaces }, TestContext.Current.CancellationToken);

    public Task<SubmitAnswer> WaitAsync(string submission) => Provider.WaitAsync(submission, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>The issues of all outcome files of a status manifest.</summary>
    public async Task<IReadOnlyList<JsonElement>> IssuesAsync(JsonElement manifest, string name = "outcome")
    {
        var issues = new List<JsonElement>();
        foreach (var entry in manifest.GetProperty(name).EnumerateArray())
        {
            var lines = await Provider.DownloadAsync(new Uri(entry.GetProperty("url").GetString()!), TestContext.Current.CancellationToken);
            Assert.Equal(entry.GetProperty("count").GetInt32(), lines.Count);
            Assert.All(lines, l => Assert.Equal("OperationOutcome", l.GetProperty("resourceType").GetString()));
            issues.AddRange(lines.SelectMany(l => l.GetProperty("issue").EnumerateArray()));
        }

        return issues;
    }

    /// <summary>What the participant holds of this source's claims now.</summary>
    public async Task<IReadOnlyList<string>> ClaimsAsync() => await gateway.ClaimsAsync(Id);

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        client.Dispose();
    }

    private static string TypeOf(string line) => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("resourceType").GetString()!;
}
