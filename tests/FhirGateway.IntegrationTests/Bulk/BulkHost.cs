using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>A gateway with one participant, to which payers are added while it runs.</summary>
public abstract partial class BulkHost
{
    public const string Participant = "aco";

    /// <summary>Where files for its verbs lie.</summary>
    public abstract string Folder { get; }

    /// <summary>What it logged.</summary>
    public abstract string Log { get; }

    public abstract Task<VerbOutcome> RunAsync(params string[] verb);

    /// <summary>Registers a payer whose members the roster gives to the participant, and how its server is reached with the gateway's own key.</summary>
    public async Task<PayerServer> AddPayerAsync(PayerCase of)
    {
        (await RunAsync("source", "add", of.Id, "--kind", "payer")).Expect(0);
        (await RunAsync("roster", "load", Write(of.Id + ".csv", of.Members.Roster(Participant)), "--source", of.Id)).Expect(0);
        var options = of.IsProtected ? of.Options with { Clients = [await ClientAsync(of)] } : of.Options;
        var holdings = new PayerHoldings();
        foreach (var line in of.Members.Lines)
            holdings.Put(line, of.Members.Since);
        holdings.SetGroup("all", of.Members.Patients);
        var server = PayerServer.Start(options, holdings, TimeProvider.System);
        string[] client = of.IsProtected ? ["--client-id", PayerCase.ClientId] : [];
        string[] secret = of.Secret is null ? [] : ["--secret-file", Write(of.Id + ".secret", of.Secret)];
        string[] group = of.Group is null ? [] : ["--group", of.Group];
        string[] dialect = of.Dialect is null ? [] : ["--dialect", of.Dialect];
        string[] apart = server.FilesOrigin == server.Origin ? [] : ["--allow", server.FilesOrigin];
        (await RunAsync(["source", "set", of.Id, "--fhir", server.FhirUrl, "--allow", server.Origin, .. client, .. apart, .. secret, .. group, .. dialect, .. of.Settings])).Expect(0);
        of.Prepare?.Invoke(server);
        return server;
    }

    /// <summary>Pulls from a payer, to the end of the job.</summary>
    public Task<VerbOutcome> ExportAsync(string source, params string[] options) => RunAsync(["export", source, "--wait", .. options]);

    /// <summary>Ids of the bulk jobs of a payer.</summary>
    public async Task<IReadOnlyList<string>> JobsAsync(string source) =>
        [.. JobId().Matches((await RunAsync("submission", "list", "--source", source)).Expect(0).Output).Select(m => m.Value).Distinct()];

    /// <summary>
    /// The claims of a payer that the participant received, by the number of the claim, in the order of the stream; "withdrawn" for
    /// one that was taken back.
    /// </summary>
    public async Task<IReadOnlyList<string>> ClaimsAsync(string source)
    {
        var last = 0L;
        var claims = new List<string>();
        foreach (var line in (await RunAsync("stream", Participant, "claims")).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var entry = JsonSerializer.Deserialize<JsonElement>(line);
            Assert.Equal(++last, entry.GetProperty("sequence").GetInt64());
            if (entry.GetProperty("source").GetString() != source || entry.GetProperty("type").GetString() != "claims.eob")
                continue;
            claims.Add(entry.GetProperty("data") is { ValueKind: JsonValueKind.Object } data ? MemberClaims.NumberOf(data) : "withdrawn");
        }

        return claims;
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private async Task<PayerClient> ClientAsync(PayerCase of) => new()
    {
        ClientId = PayerCase.ClientId,
        Jwks = of.Secret is null ? (await RunAsync("source", "jwks", of.Id)).Expect(0).Output : null,
        Secret = of.Secret,
    };

    [GeneratedRegex("j-[0-9a-f]{16}", RegexOptions.NonBacktracking)]
    private static partial Regex JobId();
}
