using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Payers.Submitting;

namespace FhirGateway.Tests.Simulation.Servers;

/// <summary>What the simulated provider sends is what the texts ask for, and what it serves can be fetched as it says.</summary>
public sealed class SubmitProviderTests
{
    [Theory]
    [InlineData(ProviderDialect.Ballot4, "completed", "http://hl7.org/fhir/event-status", "valueUrl", "fhirBaseUrl")]
    [InlineData(ProviderDialect.Draft2025, "complete", "http://hl7.org/fhir/uv/bulkdata/ValueSet/submission-status", "valueString", "FHIRBaseUrl")]
    public async Task A_call_is_written_in_the_words_of_its_dialect(ProviderDialect dialect, string code, string system, string urlType, string baseName)
    {
        await using var receiver = Receiver();
        using var http = new HttpClient();
        using var client = await ClientAsync(receiver);
        await using var provider = new SubmitProvider(http, client, new SubmitProviderOptions { Dialect = dialect, SubmitterValue = "me", RequiredHeader = KeyValuePair.Create("X-Key", "k") }, TimeProvider.System);
        var manifest = provider.Publish("m", SubmitProvider.File("Patient.ndjson", "Patient", ["{}"]));
        var answer = await provider.SubmitAsync(new SubmitCall { SubmissionId = "s1", Status = "completed", Manifest = manifest }, SmallClient.Cancel);
        Assert.Equal(200, answer.Status);
        var sent = receiver.Requests.Of("POST", "$bulk-submit").Single();
        Assert.StartsWith("Bearer ", sent.Header("Authorization"), StringComparison.Ordinal);
        Assert.Equal("application/fhir+json", sent.Header("Content-Type"));
        var parameters = JsonSerializer.Deserialize<JsonElement>(sent.Body.Span).GetProperty("parameter").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!);
        Assert.Equal("me", parameters["submitter"].GetProperty("valueIdentifier").GetProperty("value").GetString());
        Assert.Equal((system, code), (parameters["submissionStatus"].GetProperty("valueCoding").GetProperty("system").GetString(), parameters["submissionStatus"].GetProperty("valueCoding").GetProperty("code").GetString()));
        Assert.Equal(manifest.OriginalString, parameters["manifestUrl"].GetProperty(urlType).GetString());
        Assert.Equal(provider.FhirUrl, parameters[baseName].GetProperty(urlType).GetString());
        Assert.Equal("X-Key", parameters["fileRequestHeader"].GetProperty("part")[0].GetProperty("valueString").GetString());
    }

    [Fact]
    public async Task Manifests_and_files_are_served_in_pages_to_who_sends_the_header()
    {
        await using var receiver = Receiver();
        using var http = new HttpClient();
        using var client = await ClientAsync(receiver);
        await using var provider = new SubmitProvider(http, client, new SubmitProviderOptions { SubmitterValue = "me", FilesPerPage = 1, RequiredHeader = KeyValuePair.Create("X-Key", "k") }, TimeProvider.System);
        var url = provider.Publish("m", SubmitProvider.File("a.ndjson", "Patient", ["{\"a\":1}", "{\"a\":2}"]), SubmitProvider.File("d.ndjson", null, ["{}"], "deleted"));
        using var fetch = new SmallClient();
        Assert.Equal(403, (int)(await fetch.SendAsync(HttpMethod.Get, url.OriginalString, null)).StatusCode);
        fetch.Http.DefaultRequestHeaders.Add("X-Key", "k");
        var first = await SmallClient.JsonAsync(await fetch.SendAsync(HttpMethod.Get, url.OriginalString, null));
        Assert.Equal(2, (await fetch.LinesAsync(first.GetProperty("output")[0])).Length);
        var second = await SmallClient.JsonAsync(await fetch.SendAsync(HttpMethod.Get, first.GetProperty("link")[0].GetProperty("url").GetString()!, null));
        Assert.Single(await fetch.LinesAsync(second.GetProperty("deleted")[0]));
        Assert.False(second.TryGetProperty("link", out _));
    }

    [Fact]
    public async Task Waiting_polls_until_the_receiver_is_done()
    {
        await using var receiver = Receiver();
        using var http = new HttpClient();
        using var client = await ClientAsync(receiver);
        await using var provider = new SubmitProvider(http, client, new SubmitProviderOptions { SubmitterValue = "me" }, TimeProvider.System);
        receiver.Faults.Add("poll", new ServerFault { Status = 202 }, times: 2).Add("poll", ServerFault.TooMany(), times: 1);
        var answer = await provider.WaitAsync("s1", TimeSpan.FromSeconds(10), SmallClient.Cancel);
        Assert.Equal((200, 4), (answer.Status, receiver.Requests.Of("GET", "poll").Length));
    }

    private static LoopbackServer Receiver() => LoopbackServer.Start((e, c) => e.Request.Path switch
    {
        "/auth/token" => e.AnswerAsync(200, "application/json", """{"access_token":"t","token_type":"bearer","expires_in":300}"""u8.ToArray(), c),
        "/fhir/$bulk-submit-status" => e.AnswerAsync(202, c, KeyValuePair.Create("Content-Location", $"http://127.0.0.1:{e.Request.Port}/poll")),
        _ => e.AnswerAsync(200, "application/json", "{}"u8.ToArray(), c),
    }, TimeProvider.System);

    private static Task<ClientFile> ClientAsync(LoopbackServer receiver)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        var p = key.ExportParameters(true);
        static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return Task.FromResult(ClientFile.Parse(Encoding.UTF8.GetBytes($$$"""{"client_id":"c","token_endpoint":"{{{receiver.Address}}}auth/token","base_url":"{{{receiver.Address}}}","key":{"kty":"EC","crv":"P-384","kid":"k","x":"{{{Url(p.Q.X!)}}}","y":"{{{Url(p.Q.Y!)}}}","d":"{{{Url(p.D!)}}}"}}""")));
    }
}
