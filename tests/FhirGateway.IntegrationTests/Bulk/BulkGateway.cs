using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Host.Control;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>A serving gateway with one participant, for a class of tests: payers are added while it runs.</summary>
public sealed partial class BulkGateway : IAsyncLifetime
{
    public const string Participant = "aco";

    public GatewayProcess Process { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Process.StartAsync();
        (await RunAsync("participant", "add", Participant)).Expect(0);
        await Process.AddClientAsync("--participant", Participant);
    }

    /// <summary>Runs a verb at the gateway, over its control socket as the command line does.</summary>
    public async Task<VerbOutcome> RunAsync(params string[] verb)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await ControlClient.RunAsync(Process.Data, verb, Process.Folder, output, error, TestContext.Current.CancellationToken);
        return new VerbOutcome(string.Join(' ', verb), exit ?? throw new InvalidOperationException("nobody listens: " + Process.Log), output.ToString(), error.ToString());
    }

    /// <summary>Registers a payer whose members the roster gives to the participant, and how its server is reached with the gateway's own key.</summary>
    public async Task<PayerServer> AddPayerAsync(PayerCase of)
    {
        (await RunAsync("source", "add", of.Id, "--kind", "payer")).Expect(0);
        Process.Write(of.Id + ".csv", of.Members.Roster(BulkGateway.Participant));
        (await RunAsync("roster", "load", of.Id + ".csv", "--source", of.Id)).Expect(0);
        var options = of.Options;
        if (of.IsProtected)
            options = options with { Clients = [await ClientAsync(of)] };
        var holdings = new PayerHoldings();
        foreach (var line in of.Members.Lines)
            holdings.Put(line, of.Members.Since);
        holdings.SetGroup("all", of.Members.Patients);
        var server = PayerServer.Start(options, holdings, TimeProvider.System);
        string[] how = of.Secret is null ? [] : ["--secret-file", Process.Write(of.Id + ".secret", of.Secret)];
        string[] group = of.Group is null ? [] : ["--group", of.Group];
        string[] dialect = of.Dialect is null ? [] : ["--dialect", of.Dialect];
        string[] apart = server.FilesOrigin == server.Origin ? [] : ["--allow", server.FilesOrigin];
        (await RunAsync(["source", "set", of.Id, "--fhir", server.FhirUrl, "--client-id", PayerCase.ClientId, "--allow", server.Origin, .. apart, .. how, .. group, .. dialect])).Expect(0);
        of.Prepare?.Invoke(server);
        return server;
    }

    /// <summary>Pulls from a payer, to the end of the job.</summary>
    public Task<VerbOutcome> ExportAsync(string source, params string[] options) => RunAsync(["export", source, .. options]);

    /// <summary>Ids of the open bulk jobs of a payer.</summary>
    public async Task<IReadOnlyList<string>> JobsAsync(string source) =>
        [.. JobId().Matches((await RunAsync("submission", "list", "--source", source)).Expect(0).Output).Select(m => m.Value).Distinct()];

    /// <summary>The claims of a payer that the participant received, by the number of the claim, in the order of the stream.</summary>
    public async Task<IReadOnlyList<string>> ClaimsAsync(string source)
    {
        var claims = new List<string>();
        await foreach (var entry in StreamAsync("claims"))
            if (entry.GetProperty("source").GetString() == source && entry.GetProperty("type").GetString() == "claims.eob")
                claims.Add(entry.GetProperty("data") is { ValueKind: JsonValueKind.Object } data ? MemberClaims.NumberOf(data) : "withdrawn");
        return claims;
    }

    public async IAsyncEnumerable<JsonElement> StreamAsync(string stream)
    {
        var last = 0L;
        for (var more = true; more;)
        {
            more = false;
            using var request = await Process.RequestAsync(HttpMethod.Get, Participant, $"/streams/{stream}?after={last}&most=1000", TestContext.Current.CancellationToken);
            using var response = await Process.Client.SendAsync(request, TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
            foreach (var line in (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                more = true;
                var entry = JsonSerializer.Deserialize<JsonElement>(line);
                Assert.Equal(++last, entry.GetProperty("sequence").GetInt64());
                yield return entry;
            }
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task<PayerClient> ClientAsync(PayerCase of) => new()
    {
        ClientId = PayerCase.ClientId,
        Jwks = of.Secret is null ? (await RunAsync("source", "jwks", of.Id)).Expect(0).Output : null,
        Secret = of.Secret,
    };

    [GeneratedRegex("j-[0-9a-f]{16}", RegexOptions.NonBacktracking)]
    private static partial Regex JobId();
}
