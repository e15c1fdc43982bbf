using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Payers.Servers;
using FhirGateway.Simulation.Payers.Submitting;
using FhirGateway.Simulation.Worlds;
using Names = FhirGateway.Simulation.Worlds.Cast;

namespace FhirGateway.Host.Demo;

/// <summary>
/// The two payers of the demo. Both upload their rosters; then the gateway pulls from the first by <c>$export</c>, and the second
/// submits by <c>$bulk-submit</c>. Each is a server of its own on loopback that knows nothing of the gateway's code.
/// </summary>
internal sealed class DemoPayers : IAsyncDisposable
{
    private const string GatewayClient = "demo-gateway";
    private const string SubmitterSystem = "https://payer-b.example/submitters";
    private const string SubmissionId = "demo-1";
    private static readonly string[] PeopleTypes = ["Organization", "Practitioner", "Patient"];
    private static readonly string[] RecordTypes = ["Coverage", "Encounter", "Condition", "ExplanationOfBenefit"];
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly World world;
    private readonly HttpClient http;
    private readonly IReadOnlyDictionary<string, ClientFile> clients;
    private readonly Func<string[], CancellationToken, Task<string>> tell;
    private readonly TimeProvider clock;
    private readonly PayerServer server;
    private readonly SubmitProvider provider;

    private DemoPayers(
        World world, HttpClient http, IReadOnlyDictionary<string, ClientFile> clients, Func<string[], CancellationToken, Task<string>> tell, PayerServer server, TimeProvider clock)
    {
        this.world = world;
        this.http = http;
        this.clients = clients;
        this.tell = tell;
        this.server = server;
        this.clock = clock;
        provider = new SubmitProvider(http, clients[Names.PayerB], new SubmitProviderOptions { SubmitterSystem = SubmitterSystem, SubmitterValue = Names.PayerB }, clock);
    }

    /// <summary>Starts both and tells the gateway how they are reached: <c>tell</c> runs a verb there and gives its output.</summary>
    public static async Task<DemoPayers> StartAsync(
        World world, HttpClient http, IReadOnlyDictionary<string, ClientFile> clients, Func<string[], CancellationToken, Task<string>> tell, TimeProvider clock, CancellationToken cancellationToken)
    {
        var holdings = new PayerHoldings();
        holdings.Load(new PayerScript(world, Names.PayerA), clock.GetUtcNow());
        var options = new PayerServerOptions { Dialect = PayerDialect.Stu2, PollsUntilDone = 0, Clients = [new PayerClient { ClientId = GatewayClient, Jwks = await tell(["source", "jwks", Names.PayerA], cancellationToken) }] };
        var payers = new DemoPayers(world, http, clients, tell, PayerServer.Start(options, holdings, clock), clock);
        await tell(["source", "set", Names.PayerA, "--fhir", payers.server.FhirUrl, "--client-id", GatewayClient, "--allow", payers.server.Origin], cancellationToken);
        await tell(["source", "set", Names.PayerB, "--submitter", SubmitterSystem + "|" + Names.PayerB, "--allow", payers.provider.Origin], cancellationToken);
        return payers;
    }

    /// <summary>Rosters and opt-outs, then organisations, practitioners and patients; returns when they are in force.</summary>
    public Task SendPeopleAsync(CancellationToken cancellationToken) => Task.WhenAll(
        PullAsync(PeopleTypes, withTables: true, cancellationToken),
        PushAsync("people", PeopleTypes, isLast: false, cancellationToken));

    /// <summary>Everything that refers to them; returns when it is in force.</summary>
    public Task SendRecordsAsync(CancellationToken cancellationToken) => Task.WhenAll(
        PullAsync(RecordTypes, withTables: false, cancellationToken),
        PushAsync("records", RecordTypes, isLast: true, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await provider.DisposeAsync();
    }

    private async Task PullAsync(string[] types, bool withTables, CancellationToken cancellationToken)
    {
        if (withTables)
            await UploadTablesAsync(Names.PayerA, cancellationToken);
        await tell(["export", Names.PayerA, "--full", "--wait", "--type", string.Join(',', types)], cancellationToken);
    }

    private async Task PushAsync(string name, string[] types, bool isLast, CancellationToken cancellationToken)
    {
        if (!isLast)
            await UploadTablesAsync(Names.PayerB, cancellationToken);
        var holdings = new PayerHoldings();
        holdings.Load(new PayerScript(world, Names.PayerB), clock.GetUtcNow());
        var manifest = provider.Publish(name, holdings.FilesOf(types));
        var answer = await provider.SubmitAsync(new SubmitCall { SubmissionId = SubmissionId, Status = isLast ? "completed" : "in-progress", Manifest = manifest }, cancellationToken);
        if (!answer.IsAccepted)
            throw new IOException($"the gateway answered {answer.Status} to the manifest of {Names.PayerB}: {answer.Body}");
        if (isLast)
            await CompleteAsync(cancellationToken);
        else
            await ProcessedAsync(manifest, cancellationToken);
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var status = await provider.WaitAsync(SubmissionId, MostWait, cancellationToken);
        if (status.Status != 200)
            throw new IOException($"the submission of {Names.PayerB} ended with {status.Status}: {status.Body}");
    }

    /// <summary>While the sender has more to send, a poll tells what was done so far.</summary>
    private async Task ProcessedAsync(Uri manifest, CancellationToken cancellationToken)
    {
        var asked = await provider.AskStatusAsync(new SubmitCall { SubmissionId = SubmissionId }, separate: false, cancellationToken);
        var poll = new Uri(asked.Header("Content-Location") ?? throw new IOException($"the gateway answered {asked.Status} without a status URL"));
        var until = clock.GetUtcNow() + MostWait;
        while (clock.GetUtcNow() < until)
        {
            var seen = await provider.GetAsync(poll, cancellationToken);
            if (seen.Body.ValueKind == System.Text.Json.JsonValueKind.Object && seen.Body.TryGetProperty("outcome", out var outcomes)
                && outcomes.EnumerateArray().Any(o => o.GetProperty("manifestUrl").GetString() == manifest.OriginalString))
                return;
            await Task.Delay(Look, clock, cancellationToken);
        }

        throw new IOException($"the manifest of {Names.PayerB} was not worked through in time");
    }

    private async Task UploadTablesAsync(string name, CancellationToken cancellationToken)
    {
        using var payer = new PayerSimulator(http, clients[name], clock);
        Require(await payer.SendRosterAsync(PayerTables.Roster(world, name), cancellationToken), name, "roster");
        if (PayerTables.OptOuts(world, name) is { } optOuts)
            Require(await payer.SendOptOutsAsync(optOuts, cancellationToken), name, "opt-outs");
    }

    private static void Require(IntakeAnswer answer, string payer, string what)
    {
        if (!answer.IsAccepted)
            throw new IOException($"the gateway answered {answer.Status} to the {what} of {payer}: {answer.Body}");
    }
}
