using System.Globalization;
using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>What a conformance suite asks of a client of bulk exports, seen from the payer's side; and what a payer's export makes here.</summary>
public sealed class ExportClientTests(BulkGateway gateway) : IClassFixture<BulkGateway>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_discovers_authenticates_kicks_off_polls_downloads_and_deletes_as_the_texts_say()
    {
        var of = new PayerCase("exp-whole") { Options = new PayerServerOptions { Dialect = PayerDialect.Stu2, PollsUntilDone = 2, RetryAfter = "1" } };
        await using var server = await gateway.AddPayerAsync(of);
        (await gateway.ExportAsync(of.Id, "--full")).Expect(0);
        Assert.Equal(of.Members.Claims.Order(), (await gateway.ClaimsAsync(of.Id)).Order());

        var requests = server.Requests;
        Assert.Empty(requests.Failures);
        Assert.NotEmpty(requests.Of("GET", "/.well-known/smart-configuration"));
        Assert.Empty(server.Tokens.Refusals);
        foreach (var asked in requests.Of("POST", "/auth/token"))
            CheckAssertion(asked, server.TokenUrl);
        var kickOff = Assert.Single(requests.All, r => r.Path.EndsWith("$export", StringComparison.Ordinal));
        Assert.Contains("application/fhir+json", kickOff.Header("Accept"), StringComparison.Ordinal);
        Assert.Contains("respond-async", kickOff.Header("Prefer"), StringComparison.Ordinal);
        Assert.StartsWith("Bearer ", kickOff.Header("Authorization"), StringComparison.Ordinal);
        var polls = requests.Of("GET", "/jobs/");
        Assert.Equal(3, polls.Length);
        Assert.All(polls, p => Assert.Contains("application/json", p.Header("Accept"), StringComparison.Ordinal));
        foreach (var (before, after) in polls.Zip(polls.Skip(1)))
            Assert.True(after.At - before.At >= TimeSpan.FromMilliseconds(950), $"{after.At - before.At} after a Retry-After of 1 s");
        var files = requests.Of("GET", "/files/");
        Assert.Equal(2, files.Length);
        Assert.All(files, f =>
        {
            Assert.Contains("application/fhir+ndjson", f.Header("Accept"), StringComparison.Ordinal);
            Assert.Contains("gzip", f.Header("Accept-Encoding"), StringComparison.Ordinal);
            Assert.StartsWith("Bearer ", f.Header("Authorization"), StringComparison.Ordinal);
        });
        var deletion = Assert.Single(requests.All, r => r.Method == "DELETE");
        Assert.True(deletion.At >= files.Max(f => f.At));
        Assert.True(Assert.Single(server.Jobs).IsDeleted);
    }

    [Fact]
    public async Task Files_that_ask_for_no_token_are_shown_none()
    {
        var of = new PayerCase("exp-capability") { Options = new PayerServerOptions { FilesNeedToken = false, FilesApart = true } };
        await using var server = await gateway.AddPayerAsync(of);
        (await gateway.ExportAsync(of.Id, "--full")).Expect(0);
        Assert.NotEmpty(server.Requests.Of("GET", "/files/"));
        Assert.Empty(server.Leaks);
        Assert.Equal(of.Members.Claims.Order(), (await gateway.ClaimsAsync(of.Id)).Order());
        Assert.DoesNotContain("sig=", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_export_asks_for_what_changed_since_the_first_and_only_that_is_published()
    {
        var of = new PayerCase("exp-since");
        await using var server = await gateway.AddPayerAsync(of);
        (await gateway.ExportAsync(of.Id)).Expect(0);
        var first = Assert.Single(server.Jobs);
        Assert.Null(first.Request.Since);
        server.Holdings.Put(of.Members.Claim(0, 0, "2026-02-02"), TimeProvider.System.GetUtcNow());
        server.Holdings.Delete("ExplanationOfBenefit", "m1-0", TimeProvider.System.GetUtcNow());
        (await gateway.ExportAsync(of.Id)).Expect(0);
        var second = server.Jobs[^1];
        Assert.Equal(first.TransactionTime.ToUnixTimeMilliseconds(), second.Request.Since!.Value.ToUnixTimeMilliseconds());
        var claims = await gateway.ClaimsAsync(of.Id);
        Assert.Equal(of.Members.Claims.Where(c => c != "m1-0").Append("m0-0").Append("withdrawn").Order(), claims.Order());
    }

    [Fact]
    public async Task New_members_of_a_group_come_with_their_history_although_since_would_hide_it()
    {
        var of = new PayerCase("exp-group") { Group = "all" };
        await using var server = await gateway.AddPayerAsync(of);
        server.Holdings.SetGroup("all", of.Members.Patients.SkipLast(1));
        (await gateway.ExportAsync(of.Id)).Expect(0);
        Assert.Equal(8, (await gateway.ClaimsAsync(of.Id)).Count);
        server.Holdings.SetGroup("all", of.Members.Patients);
        (await gateway.ExportAsync(of.Id)).Expect(0);
        Assert.Equal(of.Members.Claims.Order(), (await gateway.ClaimsAsync(of.Id)).Order());
        Assert.All(server.Jobs, j => Assert.Equal("all", j.Request.Group));
        Assert.Contains(server.Jobs, j => j.Request.Patients.SequenceEqual(["m4"]));
    }

    [Fact]
    public async Task A_job_that_never_ends_can_be_cancelled_and_is_deleted_at_the_payer()
    {
        var of = new PayerCase("exp-endless") { Options = new PayerServerOptions { PollsUntilDone = int.MaxValue - 1 } };
        await using var server = await gateway.AddPayerAsync(of);
        var running = gateway.ExportAsync(of.Id, "--full");
        await UntilAsync(() => server.Requests.Of("GET", "/jobs/").Length > 1);
        Assert.False(running.IsCompleted);
        var job = Assert.Single(await gateway.JobsAsync(of.Id));
        (await gateway.RunAsync("submission", "cancel", job)).Expect(0);
        await UntilAsync(() => server.Jobs.All(j => j.IsDeleted));
        Assert.NotEqual(0, (await running).Exit);
        Assert.Empty(await gateway.ClaimsAsync(of.Id));
    }

    [Fact]
    public async Task Provider_access_matches_a_panel_and_exports_the_group_that_comes_back()
    {
        var of = new PayerCase("exp-pdex") { Dialect = "pdex", Settings = ["--only-participant", BulkHost.Participant] };
        await using var server = await gateway.AddPayerAsync(of);
        server.OptOut("m1");
        gateway.Write("exp-pdex-panel.csv", "local_id,family,given,birth_date,sex,zip\n" + string.Concat(of.Members.Roster("x").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(3).Select((r, i) => r.Split(',') is var c ? string.Create(CultureInfo.InvariantCulture, $"panel-{i},{c[1]},{c[2]},{c[3]},{c[4]},{c[5]}\n") : "")) + "stranger,Zzunknown,Given,1950-01-01,F,01010\n");
        (await gateway.RunAsync("panel", "load", "exp-pdex-panel.csv", "--participant", BulkHost.Participant)).Expect(0);
        (await gateway.ExportAsync(of.Id, "--panel", BulkHost.Participant)).Expect(0);
        Assert.NotEmpty(server.Requests.Of("POST", "/Group/$provider-member-match"));
        var data = Assert.Single(server.Jobs, j => j.Request.Url.Contains("davinci-data-export", StringComparison.Ordinal));
        Assert.Equal(["m0", "m2"], server.Holdings.Group(data.Request.Group!).Order());
        Assert.Equal(["m0-0", "m0-1", "m2-0", "m2-1"], (await gateway.ClaimsAsync(of.Id)).Order());
    }

    /// <summary>SMART App Launch, Backend Services: what the assertion says, beyond what the server verified to grant the token.</summary>
    private static void CheckAssertion(RecordedRequest request, string endpoint)
    {
        var form = Encoding.UTF8.GetString(request.Body.Span).Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1].Replace('+', ' ')), StringComparer.Ordinal);
        Assert.Equal("client_credentials", form["grant_type"]);
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form["client_assertion_type"]);
        Assert.StartsWith("system/", form["scope"], StringComparison.Ordinal);
        Assert.Null(request.Header("Authorization"));
        var parts = form["client_assertion"].Split('.').Take(2).Select(p => JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(p))).ToArray();
        Assert.Equal("JWT", parts[0].GetProperty("typ").GetString());
        Assert.Contains(parts[0].GetProperty("alg").GetString(), (string[])["RS384", "ES384"]);
        Assert.Equal(endpoint, parts[1].GetProperty("aud").GetString());
        Assert.InRange(parts[1].GetProperty("exp").GetInt64(), request.At.ToUnixTimeSeconds(), request.At.ToUnixTimeSeconds() + 300);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 200 && !holds(); i++)
            await Task.Delay(50, Cancel);
        Assert.True(holds(), "not within 10 s");
    }
}
