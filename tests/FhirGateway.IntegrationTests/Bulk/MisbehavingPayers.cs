using System.Globalization;
using System.Text.Json.Nodes;
using FhirGateway.IntegrationTests.Faults;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>
/// One gateway that pulls from many payers at the same time, each with its own way of going wrong, and from one that does
/// everything right. All run to their end once; the tests look at what came of each.
/// </summary>
public sealed class MisbehavingPayers : IAsyncLifetime
{
    private const string Eob = "/ExplanationOfBenefit-0";
    private readonly Dictionary<string, (PayerCase Case, PayerServer Server, VerbOutcome Outcome)> results = new(StringComparer.Ordinal);

    internal PacedGateway Gateway { get; private set; } = null!;

    /// <summary>Listens at an origin that nobody allowed; nothing may come.</summary>
    public LoopbackServer Canary { get; } = LoopbackServer.Start((e, c) => e.AnswerAsync(200, c), TimeProvider.System);

    public static readonly string[] Good = [.. Cases(null).Where(c => c.Reasons.Length == 0).Select(c => c.Id)];
    public static readonly string[] Bad = [.. Cases(null).Where(c => c.Reasons.Length > 0).Select(c => c.Id)];

    public (PayerCase Case, PayerServer Server, VerbOutcome Outcome) this[string id] => results[id];

    public async ValueTask InitializeAsync()
    {
        Gateway = await PacedGateway.StartAsync();
        var cases = Cases(Canary.Address).ToList();
        var servers = new List<(PayerCase Case, PayerServer Server)>();
        foreach (var of in cases)
            servers.Add((of, await Gateway.AddPayerAsync(of)));
        await Task.WhenAll(servers.Select(async s =>
        {
            var outcome = await Gateway.ExportAsync(s.Case.Id, "--full");
            lock (results)
                results[s.Case.Id] = (s.Case, s.Server, outcome);
        }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, server, _) in results.Values)
            await server.DisposeAsync();
        await Canary.DisposeAsync();
        await Gateway.DisposeAsync();
    }

    private static IEnumerable<PayerCase> Cases(Uri? canary)
    {
        var elsewhere = canary ?? new Uri("http://127.0.0.1:1/");
        yield return new("mis-none");
        foreach (var dialect in Enum.GetValues<PayerDialect>())
            yield return new PayerCase("dialect-" + dialect.ToString().ToLowerInvariant())
            {
                Options = new PayerServerOptions { Dialect = dialect, LinesPerFile = 4 },
                Dialect = dialect switch { PayerDialect.Bcda2 or PayerDialect.Bcda3 => "bcda", PayerDialect.Ab2d => "ab2d", PayerDialect.Dpc => "dpc", PayerDialect.SmartReference => "smart", _ => null },
                Group = dialect is PayerDialect.Dpc or PayerDialect.Bcda2 or PayerDialect.Bcda3 ? "all" : null,
                Secret = dialect is PayerDialect.Bcda2 or PayerDialect.Bcda3 or PayerDialect.Ab2d ? "Zqsecretcanary" : null,
            };
        yield return new("mis-pages") { Options = new PayerServerOptions { Dialect = PayerDialect.Stu3, FilesPerPage = 2, LinesPerFile = 2 } };
        yield return new("mis-partial") { Options = new PayerServerOptions { Dialect = PayerDialect.Stu3, Partial = true, PollsUntilDone = 2, LinesPerFile = 2 }, Settings = ["--partial-manifests", "on"] };
        yield return new("mis-organised") { Options = new PayerServerOptions { Dialect = PayerDialect.Stu3, LinesPerFile = 5 }, Settings = ["--organize-output-by", "Patient"] };
        yield return new("mis-many-files") { Options = new PayerServerOptions { LinesPerFile = 1 }, Prepare = s => s.FixedFiles = Tiny(300) };
        yield return new("mis-kickoff-storm") { Prepare = s => s.Faults.Add("$export", ServerFault.TooMany("1"), times: 3) };
        yield return new("mis-poll-epoch") { Prepare = s => s.Faults.Add("/jobs/", ServerFault.TooMany(Epoch(2))) };
        yield return new("mis-poll-date") { Prepare = s => s.Faults.Add("/jobs/", ServerFault.TooMany(TimeProvider.System.GetUtcNow().AddSeconds(2).ToString("R", CultureInfo.InvariantCulture))) };
        yield return new("mis-poll-nonsense") { Prepare = s => s.Faults.Add("/jobs/", ServerFault.TooMany("-1")).Add("/jobs/", ServerFault.TooMany("soon")) };
        yield return new("mis-poll-burst") { Prepare = s => s.Faults.Add("/jobs/", ServerFault.Page(503), times: 2) };
        yield return new("mis-cut-once") { Prepare = s => s.Faults.Add(Eob, ServerFault.Cut(250)) };
        yield return new("mis-cut-offsets") { Options = new PayerServerOptions { Gzip = false }, Prepare = Offsets };
        yield return new("mis-reset-once") { Prepare = s => s.Faults.Add(Eob, ServerFault.Cut(250, reset: true)) };
        yield return new("mis-cut-unseen-once") { Prepare = s => s.Faults.Add(Eob, ServerFault.Cut(250, BodyFraming.Close)) };
        yield return new("mis-entity-changes") { Options = new PayerServerOptions { Gzip = false }, Prepare = s => s.Faults.Add(Eob, new ServerFault { ChangesEntity = true, CutAt = 250 }).Add(Eob, new ServerFault { ChangesEntity = true }) };
        yield return new("mis-token-expires") { Prepare = s => s.EditManifest = _ => s.Tokens.ExpireAll() };
        yield return new("mis-link-expires") { Options = new PayerServerOptions { FilesNeedToken = false }, Prepare = s => Once(m => s.ExpireLinks(), s) };
        yield return new("mis-redirect-same") { Prepare = s => s.Faults.Add(Eob, ServerFault.Redirect(new Uri(s.Origin + "/files/1/ExplanationOfBenefit-0.ndjson?sig=s0"), 307)) };
        yield return new("mis-slow") { Prepare = s => s.Faults.Add(Eob, ServerFault.Slow(4_000)) };
        yield return new("mis-silent-once") { Prepare = s => s.Faults.Add("/jobs/", ServerFault.Silence(TimeSpan.FromSeconds(7))) };

        yield return new("mis-cut-always") { Prepare = s => s.Faults.Add(Eob, ServerFault.Cut(250), times: null), Reasons = ["short"] };
        yield return new("mis-cut-unseen-always") { Prepare = s => s.Faults.Add(Eob, ServerFault.Cut(250, BodyFraming.Close), times: null), Reasons = ["short", "count"] };
        yield return new("mis-too-slow") { Options = new PayerServerOptions { Gzip = false }, Prepare = s => s.Faults.Add(Eob, ServerFault.Slow(20), times: null), Reasons = ["slow"] };
        yield return new("mis-count") { Prepare = s => Entry(s, e => e["count"] = 11), Reasons = ["count"] };
        yield return new("mis-size") { Options = new PayerServerOptions { Dialect = PayerDialect.Stu3 }, Prepare = s => Entry(s, e => e["fileSize"] = 11), Reasons = ["size"] };
        yield return new("mis-checksum") { Options = new PayerServerOptions { Dialect = PayerDialect.Dpc }, Dialect = "dpc", Group = "all", Prepare = s => Entry(s, e => e["extension"]![0]!["valueString"] = "sha256:" + new string('0', 64)), Reasons = ["checksum"] };
        yield return new("mis-gone") { Prepare = s => s.Faults.Add(Eob, ServerFault.Refuse(404), times: null), Reasons = ["404", "expired"] };
        yield return new("mis-html-file") { Prepare = s => s.Faults.Add(Eob, ServerFault.Page(200), times: null), Reasons = ["content"] };
        yield return new("mis-bomb") { Prepare = s => s.Faults.Add(Eob, ServerFault.Bomb(2L << 30), times: null), Reasons = ["large", "ratio"] };
        yield return new("mis-redirect-canary") { Prepare = s => s.Faults.Add(Eob, ServerFault.Redirect(elsewhere), times: null), Reasons = ["allow", "redirect"] };
        yield return new("mis-redirect-metadata") { Prepare = s => s.Faults.Add(Eob, ServerFault.Redirect(new Uri("http://169.254.169.254/latest/meta-data")), times: null), Reasons = ["allow", "redirect"] };
        yield return new("mis-file-canary") { Prepare = s => Entry(s, e => e["url"] = elsewhere.AbsoluteUri + "x"), Reasons = ["allow"] };
        yield return new("mis-kickoff-refused") { Prepare = s => s.Faults.Add("$export", new ServerFault { Status = 403, ContentType = "application/fhir+json", Body = """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden","diagnostics":"no"}]}"""u8.ToArray() }, times: null), Reasons = ["403", "forbidden"] };
        yield return new("mis-kickoff-page") { Prepare = s => s.Faults.Add("$export", ServerFault.Page(200), times: null), Reasons = ["Content-Location", "200", "202"] };
        yield return new("mis-poll-dead") { Prepare = s => s.Faults.Add("/jobs/", new ServerFault { Status = 500, ContentType = "application/fhir+json", Body = """{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"exception","diagnostics":"no"}]}"""u8.ToArray() }, times: null), Reasons = ["500", "exception"] };
        yield return new("mis-manifest-loop") { Options = new PayerServerOptions { Dialect = PayerDialect.Stu3 }, Prepare = s => s.EditManifest = m => m["link"] = new JsonArray(new JsonObject { ["relation"] = "next", ["url"] = s.Origin + "/jobs/1" }), Reasons = ["link", "loop", "page"] };
        yield return new("mis-manifest-garbage") { Prepare = s => s.Faults.Add("/jobs/", ServerFault.Replace("""{"transactionTime":"2026-01-01T00:00:00Z","transactionTime":1}""", "application/json"), times: null), Reasons = ["manifest"] };
        yield return new("mis-too-many-files") { Prepare = s => s.EditManifest = m => Many(m, 20_000), Reasons = ["files"] };
        yield return new("mis-token-refused") { Prepare = s => s.Tokens.Clients = [new PayerClient { ClientId = "someone-else", Secret = "x" }], Reasons = ["invalid_client", "token"] };
    }

    private static void Entry(PayerServer server, Action<JsonNode> edit) => server.EditManifest = m =>
    {
        if (m["output"]!.AsArray().FirstOrDefault(o => (string?)o!["type"] == "ExplanationOfBenefit") is { } entry)
            edit(entry);
    };

    private static void Once(Action<JsonObject> edit, PayerServer server)
    {
        var left = 1;
        server.EditManifest = m =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                edit(m);
        };
    }

    private static System.Collections.Immutable.ImmutableArray<ServedFile> Tiny(int files, int lines = 1) =>
    [
        .. Enumerable.Range(0, files).Select(i => new ServedFile
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"Organization-t{i}.ndjson"), Role = "output", Type = "Organization", Count = lines,
            Content = new MemoryContent(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, lines).Select(l => $$"""{"resourceType":"Organization","id":"o{{i}}-{{l}}","active":true,"name":"Tiny"}""" + "\n")))),
        }),
    ];

    /// <summary>S-23: as many files as offsets, each cut once at its own.</summary>
    private static void Offsets(PayerServer server)
    {
        var files = Tiny(200, lines: 4);
        server.FixedFiles = files;
        for (var i = 0; i < files.Length; i++)
            server.Faults.Add("/" + files[i].Name, ServerFault.Cut(i, reset: i % 3 == 0));
    }

    private static void Many(JsonObject manifest, int files)
    {
        var output = manifest["output"]!.AsArray();
        var first = output[0]!;
        for (var i = 0; i < files; i++)
            output.Add(new JsonObject { ["type"] = "Patient", ["url"] = first["url"]!.GetValue<string>() + "&n=" + i.ToString(CultureInfo.InvariantCulture) });
    }

    private static string Epoch(int seconds) => TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
