using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Payers.Servers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation.Servers;

/// <summary>The simulated payer's server keeps to the texts that it claims to follow, seen by a client that shares nothing with it.</summary>
public sealed class PayerServerTests
{
    private static readonly DateTimeOffset Long = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<PayerDialect> Dialects => [.. Enum.GetValues<PayerDialect>()];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Each_dialect_exports_the_group_or_all_patients_whole_and_in_its_own_words(PayerDialect dialect)
    {
        var world = SimulatedWorlds.Create();
        var script = new PayerScript(world, Cast.PayerA);
        await using var server = Start(new PayerServerOptions { Dialect = dialect, LinesPerFile = 100 }, script);
        server.Holdings.SetGroup("all", world.MembersOf(Cast.PayerA).Select(m => m.PatientId));
        using var client = new SmallClient();
        var level = dialect == PayerDialect.Ab2d ? "/Patient/$export" : "/Group/all/$export";
        var kickOff = await client.KickOffAsync(server.FhirUrl + level, dialect == PayerDialect.Ballot4 ? """{"resourceType":"Parameters"}""" : null);
        var manifest = await client.ManifestAsync(kickOff);
        var lines = new List<string>();
        foreach (var entry in manifest.GetProperty("output").EnumerateArray())
        {
            var file = await client.LinesAsync(entry);
            Assert.Equal(entry.GetProperty("count").GetInt32(), file.Length);
            Assert.All(file, l => Assert.StartsWith($$"""{"resourceType":"{{entry.GetProperty("type").GetString()}}",""", l, StringComparison.Ordinal));
            if (entry.TryGetProperty("extension", out var extension))
                Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(file.Select(l => l + "\n"))))), extension[0].GetProperty("valueString").GetString());
            lines.AddRange(file);
        }

        Assert.Equal(Encoding.UTF8.GetString(await SimulatedWorlds.BulkAsync(world, Cast.PayerA)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
        Assert.Equal(dialect == PayerDialect.Ballot4, manifest.TryGetProperty("outcome", out _));
        Assert.Equal(dialect == PayerDialect.Ballot4, !manifest.TryGetProperty("error", out _));
        Assert.Equal(dialect == PayerDialect.Ballot4, !manifest.TryGetProperty("request", out _));
        Assert.Equal(dialect is PayerDialect.Ab2d or PayerDialect.Dpc, manifest.GetProperty("output")[0].TryGetProperty("extension", out _));
        Assert.Empty(server.Requests.Failures);
    }

    [Fact]
    public async Task Methods_and_levels_that_a_dialect_lacks_are_refused_and_so_is_a_kick_off_without_its_headers()
    {
        await using var ballot = Start(new PayerServerOptions { Dialect = PayerDialect.Ballot4 });
        await using var bcda = Start(new PayerServerOptions { Dialect = PayerDialect.Bcda2 });
        using var client = new SmallClient();
        Assert.Equal(405, (int)(await client.KickOffAsync(ballot.FhirUrl + "/$export")).StatusCode);
        Assert.Equal(400, (int)(await client.KickOffAsync(ballot.FhirUrl + "/$export", "no json")).StatusCode);
        Assert.Equal(404, (int)(await client.KickOffAsync(bcda.FhirUrl + "/$export")).StatusCode);
        Assert.Equal(404, (int)(await client.KickOffAsync(bcda.FhirUrl + "/Group/none/$export")).StatusCode);
        Assert.Equal(400, (int)(await client.KickOffAsync(bcda.FhirUrl + "/Patient/$export", prefer: "nothing")).StatusCode);
        Assert.Equal(400, (int)(await client.KickOffAsync(bcda.FhirUrl + "/Patient/$export?_strange=1")).StatusCode);
        var manifest = await client.ManifestAsync(await client.KickOffAsync(bcda.FhirUrl + "/Patient/$export?_strange=1", prefer: "respond-async, handling=lenient"));
        Assert.Contains("_strange", Assert.Single(await client.LinesAsync(manifest.GetProperty("error")[0])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Since_type_patient_and_elements_narrow_the_export_and_deletions_are_told()
    {
        await using var server = Start(new PayerServerOptions { Dialect = PayerDialect.Stu3, RetryAfter = null });
        server.Holdings.Put(Patient("a"), Long);
        server.Holdings.Put(Patient("b"), Long);
        server.Holdings.Put("""{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/a"},"code":{"text":"x"}}""", Long.AddDays(10));
        server.Holdings.Put("""{"resourceType":"Condition","id":"d","subject":{"reference":"Patient/b"}}""", Long);
        server.Holdings.Delete("Condition", "d", Long.AddDays(10));
        using var client = new SmallClient();
        async Task<string> ExportAsync(string query)
        {
            var manifest = await client.ManifestAsync(await client.KickOffAsync(server.FhirUrl + "/$export?" + query));
            var names = new List<string>();
            foreach (var role in (string[])["output", "deleted"])
                foreach (var entry in manifest.GetProperty(role).EnumerateArray())
                    foreach (var line in await client.LinesAsync(entry))
                        names.Add(role == "deleted" ? JsonSerializer.Deserialize<JsonElement>(line).GetProperty("entry")[0].GetProperty("request").GetProperty("url").GetString()! : JsonSerializer.Deserialize<JsonElement>(line).GetProperty("id").GetString()!);
            return string.Join(' ', names);
        }

        Assert.Equal("c a b", await ExportAsync(""));
        Assert.Equal("a b", await ExportAsync("_type=Patient"));
        Assert.Equal("c a", await ExportAsync("patient=Patient/a"));
        Assert.Equal("c Condition/d", await ExportAsync("_since=2026-01-05T00:00:00Z"));
        var subset = await client.ManifestAsync(await client.KickOffAsync(server.FhirUrl + "/$export?_type=Condition&_elements=code"));
        Assert.Equal("""{"resourceType":"Condition","id":"c","meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]},"code":{"text":"x"}}""", Assert.Single(await client.LinesAsync(subset.GetProperty("output")[0])));
    }

    [Fact]
    public async Task Manifests_come_in_pages_and_in_part_while_the_job_runs_and_a_deleted_job_is_gone()
    {
        await using var server = Start(new PayerServerOptions { Dialect = PayerDialect.Stu3, FilesPerPage = 2, PollsUntilDone = 2, Partial = true, LinesPerFile = 1 });
        for (var i = 0; i < 5; i++)
            server.Holdings.Put(Patient("p" + i), Long);
        using var client = new SmallClient();
        using var kickOff = await client.KickOffAsync(server.FhirUrl + "/$export?allowPartialManifests=true");
        var url = kickOff.Content.Headers.GetValues("Content-Location").Single();
        using var first = await client.SendAsync(HttpMethod.Get, url, null);
        Assert.Equal((202, "1"), ((int)first.StatusCode, first.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(1, (await SmallClient.JsonAsync(first)).GetProperty("output").GetArrayLength());
        var page = await client.ManifestAsync(kickOff);
        var files = page.GetProperty("output").GetArrayLength();
        while (page.TryGetProperty("link", out var link))
        {
            using var next = await client.SendAsync(HttpMethod.Get, link[0].GetProperty("url").GetString()!, null);
            page = await SmallClient.JsonAsync(next);
            files += page.GetProperty("output").GetArrayLength();
        }

        Assert.Equal(5, files);
        Assert.True(Assert.Single(server.Jobs).IsDone);
        Assert.Equal(202, (int)(await client.SendAsync(HttpMethod.Delete, url, null)).StatusCode);
        Assert.Equal(404, (int)(await client.SendAsync(HttpMethod.Get, url, null)).StatusCode);
        Assert.True(server.Jobs[0].IsDeleted);
    }

    [Fact]
    public async Task Organised_output_has_a_header_before_each_block_and_again_where_a_block_goes_on()
    {
        await using var server = Start(new PayerServerOptions { Dialect = PayerDialect.Stu3, LinesPerFile = 3 });
        server.Holdings.Put(Patient("a"), Long);
        for (var i = 0; i < 3; i++)
            server.Holdings.Put($$$"""{"resourceType":"Condition","id":"c{{{i}}}","subject":{"reference":"Patient/a"}}""", Long);
        using var client = new SmallClient();
        var manifest = await client.ManifestAsync(await client.KickOffAsync(server.FhirUrl + "/$export?organizeOutputBy=Patient"));
        var entries = manifest.GetProperty("output").EnumerateArray().ToList();
        Assert.Equal("Patient", manifest.GetProperty("outputOrganizedBy").GetString());
        Assert.Equal(2, entries.Count);
        Assert.Equal(entries[1].GetProperty("url").GetString(), entries[0].GetProperty("continuesInFile").GetString());
        foreach (var entry in entries)
            Assert.StartsWith("""{"resourceType":"Parameters","parameter":[{"name":"header","valueReference":{"reference":"Patient/a"}}]}""", (await client.LinesAsync(entry))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_needs_a_good_assertion_and_each_assertion_is_good_once()
    {
        using var client = new SmallClient();
        await using var server = Start(new PayerServerOptions { Clients = [client.Registration] });
        Assert.Equal(401, (int)(await client.KickOffAsync(server.FhirUrl + "/$export")).StatusCode);
        foreach (var bad in (string[])[client.Assertion("https://elsewhere.example/token"), client.Assertion(server.TokenUrl, kid: "k2"), client.Assertion(server.TokenUrl, seconds: -60), client.Assertion(server.TokenUrl, seconds: 600), client.Assertion(server.TokenUrl, issuer: "stranger"), client.Assertion(server.TokenUrl) + "x", "a.b"])
            Assert.Equal(400, (int)(await client.AskTokenAsync(server.TokenUrl, bad)).StatusCode);
        var once = client.Assertion(server.TokenUrl, jti: "one");
        Assert.Equal(200, (int)(await client.AskTokenAsync(server.TokenUrl, once)).StatusCode);
        Assert.Equal(400, (int)(await client.AskTokenAsync(server.TokenUrl, once)).StatusCode);
        Assert.Equal(8, server.Tokens.Refusals.Length);
        var manifest = await client.ManifestAsync(await client.KickOffAsync(server.FhirUrl + "/$export"));
        Assert.True(manifest.GetProperty("requiresAccessToken").GetBoolean());
        server.Tokens.ExpireAll();
        Assert.Equal(401, (int)(await client.KickOffAsync(server.FhirUrl + "/$export")).StatusCode);
    }

    [Fact]
    public async Task A_secret_is_taken_in_the_basic_scheme()
    {
        await using var server = Start(new PayerServerOptions { Dialect = PayerDialect.Bcda2, Clients = [new PayerClient { ClientId = "id:1", Secret = "s/1" }] });
        using var http = new HttpClient();
        async Task<int> AskAsync(string pair)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, server.TokenUrl) { Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]) };
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
            using var response = await http.SendAsync(request, SmallClient.Cancel);
            return (int)response.StatusCode;
        }

        // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
        Assert.Equal(200, await AskAsync("id%3A1:s%2F1"));
        Assert.Equal(400, await AskAsync("id%3A1:wrong"));
    }

    [Fact]
    public async Task A_token_shown_to_files_that_ask_for_none_is_noted_and_expired_links_are_refused()
    {
        using var client = new SmallClient();
        await using var server = Start(new PayerServerOptions { Clients = [client.Registration], FilesNeedToken = false, FilesApart = true });
        server.Holdings.Put(Patient("a"), Long);
        await client.AskTokenAsync(server.TokenUrl, client.Assertion(server.TokenUrl));
        var manifest = await client.ManifestAsync(await client.KickOffAsync(server.FhirUrl + "/$export"));
        var url = manifest.GetProperty("output")[0].GetProperty("url").GetString()!;
        Assert.StartsWith(server.FilesOrigin, url, StringComparison.Ordinal);
        Assert.NotEqual(server.Origin, server.FilesOrigin);
        Assert.Equal(200, (int)(await client.SendAsync(HttpMethod.Get, url, null)).StatusCode);
        Assert.Single(server.Leaks);
        client.Token = null;
        Assert.Equal(200, (int)(await client.SendAsync(HttpMethod.Get, url, null)).StatusCode);
        Assert.Single(server.Leaks);
        server.ExpireLinks();
        Assert.Equal(403, (int)(await client.SendAsync(HttpMethod.Get, url, null)).StatusCode);
    }

    [Fact]
    public async Task A_member_match_sorts_into_matched_unknown_and_opted_out_and_the_group_can_be_exported()
    {
        await using var server = Start(new PayerServerOptions { Dialect = PayerDialect.Stu2 });
        foreach (var id in (string[])["a", "b", "c"])
            server.Holdings.Put(Patient(id), Long);
        server.OptOut("b");
        using var client = new SmallClient();
        static string Bundle(string id) => $$$"""{"name":"MemberBundle","part":[{"name":"MemberPatient","resource":{"resourceType":"Patient","id":"mine-{{{id}}}","name":[{"family":"F{{{id}}}"}],"birthDate":"1950-01-01"} },{"name":"CoverageToMatch","resource":{"resourceType":"Coverage"} },{"name":"Consent","resource":{"resourceType":"Consent","dateTime":"2026-01-01","performer":[{"identifier":{"value":"1"} }]} }]}""";
        using var answer = await client.KickOffAsync(server.FhirUrl + "/Group/$provider-member-match", $$"""{"resourceType":"Parameters","parameter":[{{Bundle("a")}},{{Bundle("b")}},{{Bundle("x")}}]}""");
        Assert.Equal(200, (int)answer.StatusCode);
        var groups = (await SmallClient.JsonAsync(answer)).GetProperty("parameter").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("resource"));
        Assert.Equal("Patient/a", groups["MatchedMembers"].GetProperty("member")[0].GetProperty("entity").GetProperty("reference").GetString());
        Assert.Equal(["ConsentConstrainedMembers", "MatchedMembers", "NonMatchedMembers"], groups.Keys.Order());
        var group = groups["MatchedMembers"].GetProperty("id").GetString();
        var manifest = await client.ManifestAsync(await client.KickOffAsync($"{server.FhirUrl}/Group/{group}/$davinci-data-export", """{"resourceType":"Parameters","parameter":[{"name":"exportType","valueCanonical":"hl7.fhir.us.davinci-pdex#provider-download"}]}"""));
        Assert.Single(await client.LinesAsync(manifest.GetProperty("output")[0]));
        Assert.Equal(422, (int)(await client.KickOffAsync(server.FhirUrl + "/Group/$provider-member-match", """{"resourceType":"Parameters"}""")).StatusCode);
    }

    private static PayerServer Start(PayerServerOptions options, PayerScript? script = null)
    {
        var holdings = new PayerHoldings();
        if (script is not null)
            holdings.Load(script, Long);
        return PayerServer.Start(options, holdings, TimeProvider.System);
    }

    private static string Patient(string id) => $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"F{{id}}"}],"birthDate":"1950-01-01"}""";
}
