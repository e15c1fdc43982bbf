using System.Globalization;
using System.Net;
using System.Text.Json;

namespace FhirGateway.IntegrationTests.Submit;

/// <summary>Whole conversations of a sender with the gateway, as the standard and its drafts tell them.</summary>
public sealed class SubmitConversationTests
{
    [Fact]
    public async Task Manifests_are_submitted_completed_loaded_and_reported_as_in_the_ballot()
    {
        await using var world = await SubmitWorld.StartAsync();
        await world.AttributeAsync("p1", "p2");
        world.Provider.File("/patients", SubmitWorld.Patients(3));
        world.Provider.File("/claims", SubmitWorld.Claims(6, 3));
        var id = world.NewId();
        await world.AcceptedAsync(id, [.. world.WithManifest(world.Provider.Manifest("/m1", ("Patient", "/patients"))), SubmitWorld.Said("in-progress")]);
        await world.AcceptedAsync(id, world.WithManifest(world.Provider.Manifest("/m2", ("ExplanationOfBenefit", "/claims"))));
        using (var open = await world.Gateway.SendAsync(HttpMethod.Get, await world.KickOffAsync(id), world.Token))
        {
            Assert.Equal(HttpStatusCode.Accepted, open.StatusCode);
            Assert.InRange(int.Parse(open.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 30);
            var progress = open.Headers.GetValues("X-Progress").Single();
            Assert.InRange(progress.Length, 1, 99);
            Assert.Contains("%", progress, StringComparison.Ordinal);
            Assert.False(open.Headers.Contains("X-Export-Status"));
        }

        await world.AcceptedAsync(id, SubmitWorld.Said("completed"));
        var (status, manifest) = await world.WaitAsync(id);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(id, manifest.GetProperty("submissionId").GetString());
        Assert.True(manifest.GetProperty("requiresAccessToken").GetBoolean());
        Assert.Equal([world.Provider.Url + "/m1", world.Provider.Url + "/m2"], manifest.GetProperty("outcome").EnumerateArray().Select(o => o.GetProperty("manifestUrl").GetString()!));
        Assert.Equal(9, world.Resources);
        Assert.Equal((4, 0), world.Claims());
        var outcomes = await world.OutcomesAsync(manifest);
        Assert.All(outcomes, o => Assert.Equal("OperationOutcome", o.GetProperty("resourceType").GetString()));
        foreach (var file in manifest.GetProperty("outcome").EnumerateArray())
            Assert.Equal(file.GetProperty("count").GetInt64(), file.GetProperty("countSeverity").EnumerateArray().Sum(c => c.GetProperty("count").GetInt64()));
        using var final = await world.Gateway.SendAsync(HttpMethod.Get, await world.KickOffAsync(id), world.Token);
        Assert.Equal("application/json", final.Content.Headers.ContentType!.MediaType);
        Assert.True(final.Content.Headers.Expires > DateTimeOffset.UnixEpoch.AddYears(50));
        Assert.False(final.Headers.Contains("X-Export-Status"));
    }

    [Fact]
    public async Task A_sender_of_the_2025_draft_is_understood_and_answered_in_its_words()
    {
        await using var world = await SubmitWorld.StartAsync();
        world.Provider.File("/exports/1.Patient.ndjson", SubmitWorld.Patients(3));
        // Its reference provider counts one line more than there are.
        world.Provider.Json("/m", "{\"transactionTime\":\"2026-06-01T00:00:00Z\",\"requiresAccessToken\":false,\"output\":[{\"type\":\"Patient\",\"count\":4,\"url\":\"" + world.Provider.Url + "/exports/1.Patient.ndjson\"}]}");
        var id = world.NewId();
        string Draft(string code) => "{\"name\":\"submissionStatus\",\"valueCoding\":{\"system\":\"http://hl7.org/fhir/uv/bulkdata/ValueSet/submission-status\",\"code\":\"" + code + "\"}}";
        await world.AcceptedAsync(id, Draft("in-progress"), SubmitWorld.Value("manifestUrl", world.Provider.Url + "/m", "valueString"), SubmitWorld.Value("FHIRBaseUrl", world.Provider.Url, "valueString"));
        await world.AcceptedAsync(id, Draft("complete"));
        var (status, manifest) = await world.WaitAsync(id);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(id, manifest.GetProperty("extension").GetProperty("submissionId").GetString());
        var error = Assert.Single(manifest.GetProperty("error").EnumerateArray());
        Assert.Equal(world.Provider.Url + "/m", error.GetProperty("extension").GetProperty("manifestUrl").GetString());
        Assert.Equal(0, error.GetProperty("extension").GetProperty("countSeverity").GetProperty("error").GetInt64());
        Assert.Equal(3, world.Resources);
        Assert.NotEmpty(await world.OutcomesAsync(manifest, "error"));
    }

    [Fact]
    public async Task A_file_or_manifest_that_cannot_be_had_is_an_outcome_and_stops_nothing_else()
    {
        await using var world = await SubmitWorld.StartAsync();
        world.Provider.File("/good", SubmitWorld.Patients(2));
        world.Provider.File("/wrong", "{\"resourceType\":\"Patient\",\"id\":\"x1\"}\nno json\n");
        world.Provider.Json("/broken", "{\"output\":[{\"url\":\"nope\"}]}");
        var id = world.NewId();
        await world.AcceptedAsync(id, world.WithManifest(world.Provider.Manifest("/m1", ("Patient", "/good"), ("Patient", "/gone"), ("Coverage", "/wrong"))));
        await world.AcceptedAsync(id, world.WithManifest(world.Provider.Url + "/broken"));
        await world.AcceptedAsync(id, world.WithManifest(world.Provider.Url + "/absent"));
        await world.AcceptedAsync(id, SubmitWorld.Said("completed"));
        var (status, manifest) = await world.WaitAsync(id);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(2, world.Resources);
        Assert.Equal(3, manifest.GetProperty("outcome").GetArrayLength());
        foreach (var file in manifest.GetProperty("outcome").EnumerateArray())
            Assert.True(file.GetProperty("countSeverity").EnumerateArray().Single(c => c.GetProperty("code").GetString() == "error").GetProperty("count").GetInt64() > 0, file.GetRawText());
        var text = string.Join('\n', (await world.OutcomesAsync(manifest)).Select(o => o.GetRawText()));
        foreach (var expected in (string[])["/gone", "output[0].url", "/absent", "404", " held"])
            Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replaced_manifest_is_withdrawn_and_a_removed_one_too()
    {
        await using var world = await SubmitWorld.StartAsync();
        await world.AttributeAsync("p1");
        world.Provider.File("/patients", SubmitWorld.Patients(1));
        world.Provider.File("/five", SubmitWorld.Claims(5, 1));
        world.Provider.File("/two", SubmitWorld.Claims(2, 1));
        var id = world.NewId();
        await world.AcceptedAsync(id, world.WithManifest(world.Provider.Manifest("/m1", ("Patient", "/patients"), ("ExplanationOfBenefit", "/five"))));
        await UntilAsync(() => world.Claims() == (5, 0));
        await world.AcceptedAsync(id, world.WithManifest(world.Provider.Manifest("/m2", ("Patient", "/patients"), ("ExplanationOfBenefit", "/two")), SubmitWorld.Value("replacesManifestUrl", world.Provider.Url + "/m1")));
        await UntilAsync(() => world.Claims() == (7, 5));
        var (unknown, _) = await world.SubmitAsync(id, SubmitWorld.Value("replacesManifestUrl", world.Provider.Url + "/m1"));
        Assert.Equal(HttpStatusCode.NotFound, unknown);
        // The draft's way to remove: an empty manifest in its place.
        world.Provider.Json("/empty", world.Provider.Text([]));
        await world.AcceptedAsync(id, world.WithManifest(world.Provider.Url + "/empty", SubmitWorld.Value("replacesManifestUrl", world.Provider.Url + "/m2")));
        await UntilAsync(() => world.Claims() == (7, 7));
        await world.AcceptedAsync(id, SubmitWorld.Said("completed"));
        var (status, manifest) = await world.WaitAsync(id);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([world.Provider.Url + "/empty"], manifest.GetProperty("outcome").EnumerateArray().Select(o => o.GetProperty("manifestUrl").GetString()!));
    }

    [Fact]
    public async Task Stopped_takes_effect_at_any_moment_and_nothing_of_it_stays()
    {
        await using var world = await SubmitWorld.StartAsync();
        await world.AttributeAsync("p1", "p2");
        var random = new Random(4711);
        for (var round = 0; round < 12; round++)
        {
            world.Provider.File("/patients", SubmitWorld.Patients(2));
            var claims = SubmitWorld.Claims(400, 2);
            world.Provider.On("/claims", async http =>
            {
                await Task.Delay(random.Next(30), http.RequestAborted);
                await ScriptedProvider.WriteAsync(http, "application/fhir+ndjson", claims);
            });
            var id = world.NewId();
            await world.AcceptedAsync(id, world.WithManifest(world.Provider.Manifest("/m", ("Patient", "/patients"), ("ExplanationOfBenefit", "/claims"))));
            if (round == 0)
                await UntilAsync(() => world.Claims().Published > 0);
            else
                await Task.Delay(random.Next(10) * 25);
            await world.AcceptedAsync(id, SubmitWorld.Said("stopped"));
            using (var poll = await world.Gateway.SendAsync(HttpMethod.Get, await world.KickOffAsync(id), world.Token))
            {
                Assert.Equal(HttpStatusCode.Conflict, poll.StatusCode);
                Assert.Contains("stopped", await poll.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            await UntilStoppedAsync(world, id);
            var (published, withdrawn) = world.Claims();
            Assert.True(published == withdrawn, $"round {round}: {published} published, {withdrawn} withdrawn");
            Assert.Equal(0, world.Resources);
        }

        Assert.True(world.Claims().Withdrawn > 0);
    }

    [Theory]
    [InlineData("v4", "outcome", "operationoutcome-sourceResource", "valueReference")]
    [InlineData("argonaut-2025", "error", "artifact-relatedArtifact", "valueRelatedArtifact")]
    public async Task Findings_point_to_resources_in_the_words_of_the_partners_dialect(string dialect, string list, string extension, string value)
    {
        await using var world = await SubmitWorld.StartAsync(dialect);
        world.Provider.File("/patients", "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"gender\":\"unbekannt\"}\n{\"resourceType\":\"Coverage\",\"id\":\"c1\"}\n");
        var id = world.NewId();
        await world.AcceptedAsync(id, [.. world.WithManifest(world.Provider.Manifest("/m", ("Patient", "/patients"))), SubmitWorld.Said("completed")]);
        var (_, manifest) = await world.WaitAsync(id);
        var outcomes = await world.OutcomesAsync(manifest, list);
        var finding = outcomes.First(o => o.GetRawText().Contains("/Patient/p1", StringComparison.Ordinal));
        var pointer = finding.GetProperty("extension").EnumerateArray().First(e => e.GetProperty("url").GetString()!.EndsWith(extension, StringComparison.Ordinal));
        Assert.Contains(world.Provider.Url + "/fhir/Patient/p1", pointer.GetProperty(value).GetRawText(), StringComparison.Ordinal);
        Assert.Contains(outcomes, o => o.GetRawText().Contains("type-mismatch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repeated_call_is_accepted_and_changes_nothing_and_nothing_follows_the_last_one()
    {
        await using var world = await SubmitWorld.StartAsync();
        world.Provider.File("/patients", SubmitWorld.Patients(1));
        var id = world.NewId();
        var call = world.WithManifest(world.Provider.Manifest("/m", ("Patient", "/patients")));
        await world.AcceptedAsync(id, call);
        await world.AcceptedAsync(id, call);
        Assert.Equal(HttpStatusCode.Conflict, (await world.SubmitAsync(id, [.. call, SubmitWorld.Value("outputFormat", "ndjson", "valueString"), SubmitWorld.Value("oauthMetadataUrl", world.Provider.Url + "/c")])).Status);
        await world.AcceptedAsync(id, SubmitWorld.Said("completed"));
        await world.AcceptedAsync(id, SubmitWorld.Said("completed"));
        Assert.Equal(HttpStatusCode.Conflict, (await world.SubmitAsync(id, call)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await world.SubmitAsync(id, SubmitWorld.Said("stopped"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await world.WaitAsync(id)).Status);
        Assert.Single(world.Provider.Paths, p => p == "/patients");
    }

    internal static async Task UntilStoppedAsync(SubmitWorld world, string id)
    {
        var source = world.Gateway.Engine.Organizations.Value.FindSource("payer-a")!;
        var from = TimeProvider.System.GetTimestamp();
        while ((await world.Gateway.Engine.Submits.FindAsync(source, new Organizations.SubmitterIdentifier("urn:sub", "payer-a"), id, default))!.Job.State != Submissions.BulkJobState.Stopped)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(30), "not stopped after 30 s");
            await Task.Delay(20);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(30), "not so after 30 s");
            await Task.Delay(20);
        }
    }
}
