using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.BulkSubmit;
using FhirGateway.IntegrationTests.Endpoints;
using FhirGateway.Organizations;

namespace FhirGateway.IntegrationTests.Submit;

/// <summary>Status codes, headers and bodies of the operations, as black-box suites for a receiver of submissions check them.</summary>
public sealed class SubmitProtocolTests
{
    [Fact]
    public async Task The_capability_statement_names_both_operations()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var response = await gateway.SendAsync(HttpMethod.Get, "/fhir/metadata", null);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var operations = json.RootElement.GetProperty("rest")[0].GetProperty("operation").EnumerateArray().ToDictionary(o => o.GetProperty("name").GetString()!, o => o.GetProperty("definition").GetString());
        Assert.Equal("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/bulk-submit", operations["bulk-submit"]);
        Assert.Equal("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/bulk-submit-status", operations["bulk-submit-status"]);
    }

    [Theory]
    [InlineData("text/plain", "application/fhir+json", 415)]
    [InlineData("application/fhir+xml", "application/fhir+json", 415)]
    [InlineData("application/fhir+json; charset=utf-8", "application/fhir+xml", 406)]
    [InlineData("application/json", "*/*", 404)]
    [InlineData("application/fhir+json", "application/fhir+json;q=0.9, text/html", 404)]
    [InlineData("application/fhir+json", null, 404)]
    public async Task Media_types_are_negotiated(string type, string? accept, int status)
    {
        await using var world = await SubmitWorld.StartAsync();
        foreach (var path in (string[])["/fhir/$bulk-submit", SubmitWorld.Status])
        {
            // Unknown submissions, so that a request that is understood is answered 404.
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(world.Body("none", "payer-a", path == SubmitWorld.Status ? SubmitWorld.Value("_outputFormat", "ndjson", "valueString") : SubmitWorld.Said("stopped"))));
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            using var response = await world.Gateway.SendAsync(HttpMethod.Post, path, world.Token, content, accept is null ? [] : [("Accept", accept)]);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(status == (int)response.StatusCode, text);
            Assert.Contains("OperationOutcome", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refusals_are_OperationOutcomes_that_repeat_nothing()
    {
        await using var world = await SubmitWorld.StartAsync();
        var call = world.WithManifest(world.Provider.Url + "/m?sig=geheim");
        foreach (var (body, status) in new (string, int)[]
        {
            ("", 400),
            ("{geheim", 400),
            (world.Body("s", "payer-a"), 400),
            (world.Body("s", "payer-a", call[0]), 400),
            (world.Body("s", "nobody-geheim", call), 403),
            (world.Body("s", "payer-b", call), 403),
            (world.Body("s", "payer-a", [.. call, SubmitWorld.Value("outputFormat", "geheim", "valueString")]), 400),
            (world.Body("s", "payer-a", [.. call, "{\"name\":\"fileEncryptionKey\",\"part\":[{\"name\":\"value\",\"valueString\":\"geheim\"}]}"]), 400),
            (world.Body("s", "payer-a", [.. call, SubmitWorld.Said("geheim")]), 400),
            (world.Body("s", "payer-a", SubmitWorld.Value("replacesManifestUrl", world.Provider.Url + "/geheim")), 404),
            (world.Body("s", "payer-a", SubmitWorld.Value("manifestUrl", "https://geheim.example/m"), call[1]), 400),
        })
        {
            using var response = await world.PostAsync("/fhir/$bulk-submit", body);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(status == (int)response.StatusCode, $"{body}: {text}");
            Assert.Equal("application/fhir+json", response.Content.Headers.ContentType!.MediaType);
            using var json = JsonDocument.Parse(text);
            Assert.Equal("error", json.RootElement.GetProperty("issue")[0].GetProperty("severity").GetString());
            Assert.DoesNotContain("geheim", text, StringComparison.Ordinal);
        }

        using var large = await world.PostAsync("/fhir/$bulk-submit", world.Body("s", "payer-a", SubmitWorld.Value("manifestUrl", new string('a', SubmitAnswersLimit))));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Empty(world.Provider.Requests);
    }

    [Fact]
    public async Task A_status_kick_off_negotiates_how_the_jobs_status_is_told()
    {
        await using var world = await SubmitWorld.StartAsync();
        var id = world.NewId();
        await world.AcceptedAsync(id, SubmitWorld.Said("in-progress"));
        using (var plain = await world.PostAsync(SubmitWorld.Status, world.Body(id, "payer-a")))
            Assert.Equal((HttpStatusCode.Accepted, false), (plain.StatusCode, plain.Headers.Contains("Preference-Applied")));
        using (var separate = await world.PostAsync(SubmitWorld.Status, world.Body(id, "payer-a"), null, ("Prefer", "respond-async,separate-export-status")))
        {
            var applied = string.Join(',', separate.Headers.GetValues("Preference-Applied"));
            Assert.Contains("respond-async", applied, StringComparison.Ordinal);
            Assert.Contains("separate-export-status", applied, StringComparison.Ordinal);
        }

        var path = await world.KickOffAsync(id, "respond-async, separate-export-status");
        using (var running = await world.Gateway.SendAsync(HttpMethod.Get, path, world.Token))
            Assert.Equal((HttpStatusCode.OK, "202"), (running.StatusCode, running.Headers.GetValues("X-Export-Status").Single()));
        await world.AcceptedAsync(id, SubmitWorld.Said("stopped"));
        await SubmitConversationTests.UntilStoppedAsync(world, id);
        using var stopped = await world.Gateway.SendAsync(HttpMethod.Get, path, world.Token);
        Assert.Equal((HttpStatusCode.OK, "409"), (stopped.StatusCode, stopped.Headers.GetValues("X-Export-Status").Single()));
        Assert.Contains("OperationOutcome", await stopped.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_status_url_never_answers_again_and_a_new_kick_off_gives_another()
    {
        await using var world = await SubmitWorld.StartAsync();
        var id = world.NewId();
        await world.AcceptedAsync(id, SubmitWorld.Said("in-progress"));
        var path = await world.KickOffAsync(id);
        using (var deleted = await world.Gateway.SendAsync(HttpMethod.Delete, path, world.Token))
            Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete])
        {
            using var gone = await world.Gateway.SendAsync(method, path, world.Token);
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
            Assert.Contains("OperationOutcome", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var next = await world.KickOffAsync(id);
        Assert.NotEqual(path, next);
        using var again = await world.Gateway.SendAsync(HttpMethod.Get, next, world.Token);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Fact]
    public async Task Polling_without_a_pause_is_slowed_down_with_Retry_After()
    {
        await using var world = await SubmitWorld.StartAsync();
        var id = world.NewId();
        await world.AcceptedAsync(id, SubmitWorld.Said("in-progress"));
        var path = await world.KickOffAsync(id);
        var slowed = 0;
        for (var i = 0; i < 80 && slowed == 0; i++)
        {
            using var response = await world.Gateway.SendAsync(HttpMethod.Get, path, world.Token);
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                continue;
            slowed++;
            Assert.True(response.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
            Assert.Contains("throttled", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(1, slowed);
    }

    [Fact]
    public async Task S_17_another_sources_submission_answers_like_an_unknown_one_and_is_untouched()
    {
        await using var world = await SubmitWorld.StartAsync();
        world.Provider.File("/patients", SubmitWorld.Patients(2));
        var id = world.NewId();
        await world.AcceptedAsync(id, [.. world.WithManifest(world.Provider.Manifest("/m", ("Patient", "/patients"))), SubmitWorld.Said("completed")]);
        Assert.Equal(HttpStatusCode.OK, (await world.WaitAsync(id)).Status);
        var path = await world.KickOffAsync(id);
        var b = await world.Gateway.TokenAsync(ClientRole.Source, "payer-b", ClientScopes.BulkSubmit);
        foreach (var (route, more) in new (string, string)[] { ("/fhir/$bulk-submit", SubmitWorld.Said("stopped")), ("/fhir/$bulk-submit", SubmitWorld.Value("replacesManifestUrl", world.Provider.Url + "/m")), (SubmitWorld.Status, SubmitWorld.Value("_outputFormat", "ndjson", "valueString")) })
        {
            foreach (var (submitter, status) in new[] { ("payer-b", HttpStatusCode.NotFound), ("payer-a", HttpStatusCode.Forbidden) })
            {
                using var theirs = await world.PostAsync(route, world.Body(id, submitter, more), b);
                using var unknown = await world.PostAsync(route, world.Body("unknown", submitter, more), b);
                Assert.Equal((status, status), (theirs.StatusCode, unknown.StatusCode));
                Assert.Equal(await unknown.Content.ReadAsStringAsync(), await theirs.Content.ReadAsStringAsync());
            }
        }

        foreach (var url in (string[])[path, path + "/outcomes/1.ndjson"])
        {
            using var foreign = await world.Gateway.SendAsync(HttpMethod.Get, url, b);
            using var unknown = await world.Gateway.SendAsync(HttpMethod.Get, url.Replace("j-", "j-0", StringComparison.Ordinal), b);
            using var own = await world.Gateway.SendAsync(HttpMethod.Get, url, world.Token);
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.OK), (foreign.StatusCode, unknown.StatusCode, own.StatusCode));
            Assert.Equal(await unknown.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
        }

        Assert.Equal(2, world.Resources);
    }

    [Fact]
    public async Task A_submission_that_was_sealed_with_another_key_is_answered_with_that_reason_and_the_gateway_goes_on()
    {
        await using var world = await SubmitWorld.StartAsync();
        using var other = SecretBox.Open(Path.Combine(world.Gateway.Engine.DataDirectory, "other.key"));
        using var foreign = new BulkSubmitStore(world.Gateway.Engine.Store, other, TimeProvider.System);
        var source = world.Gateway.Engine.Organizations.Value.FindSource("payer-a")!;
        var answer = await foreign.SubmitAsync(source, "c-1", new BulkSubmitRequest
        {
            Submitter = source.Connection.Submitters[0], SubmissionId = "sealed", ManifestUrl = world.Provider.Url + "/m", FhirBaseUrl = world.Provider.Url,
        }, default);
        Assert.Null(answer.Fault);
        foreach (var route in (string[])["/fhir/$bulk-submit", SubmitWorld.Status])
        {
            using var response = await world.PostAsync(route, world.Body("sealed", "payer-a", route == SubmitWorld.Status ? [] : [SubmitWorld.Said("completed")]));
            var text = await response.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Contains("OperationOutcome", text, StringComparison.Ordinal);
            Assert.Contains("cannot be opened", text, StringComparison.Ordinal);
        }

        Assert.False(world.Gateway.Engine.Failed.IsCompleted);
    }

    private const int SubmitAnswersLimit = 300 * 1024;
}
