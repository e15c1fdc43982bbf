using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FhirGateway.IntegrationTests.Endpoints;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Attributions;
using FhirGateway.Normalization;

namespace FhirGateway.IntegrationTests.Submit;

/// <summary>A running gateway, a scripted provider that payer-a may lead it to, and a sender's side of the conversation.</summary>
internal sealed class SubmitWorld : IAsyncDisposable
{
    public const string Status = "/fhir/$bulk-submit-status";
    private int last;

    private SubmitWorld(RunningGateway gateway, ScriptedProvider provider, string token)
    {
        Gateway = gateway;
        Provider = provider;
        Token = token;
    }

    public RunningGateway Gateway { get; }
    public ScriptedProvider Provider { get; }

    /// <summary>Of payer-a.</summary>
    public string Token { get; }

    public static async Task<SubmitWorld> StartAsync(string? dialect = null, Func<SourceConnection, SourceConnection>? connection = null)
    {
        var gateway = await RunningGateway.StartAsync();
        var provider = await ScriptedProvider.StartAsync();
        foreach (var id in (string[])["payer-a", "payer-b"])
        {
            var source = gateway.Engine.Organizations.Value.FindSource(id)!;
            var settings = new SourceConnection { Dialect = dialect, Submitters = [new SubmitterIdentifier("urn:sub", id)], AllowedOrigins = [provider.Url] };
            Assert.Null(await gateway.Engine.Registry.SaveAsync(source with { Connection = connection?.Invoke(settings) ?? settings }, "test", default));
        }

        return new SubmitWorld(gateway, provider, await gateway.TokenAsync(ClientRole.Source, "payer-a", ClientScopes.BulkSubmit));
    }

    public string NewId() => $"sub-{Interlocked.Increment(ref last)}";

    public static string Value(string name, string value, string type = "valueUrl") => $"{{\"name\":\"{name}\",\"{type}\":{JsonSerializer.Serialize(value)}}}";

    public static string Said(string code) => "{\"name\":\"submissionStatus\",\"valueCoding\":{\"system\":\"http://hl7.org/fhir/event-status\",\"code\":\"" + code + "\"}}";

    public string Body(string id, string submitter, params string[] more) =>
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"submitter\",\"valueIdentifier\":{\"system\":\"urn:sub\",\"value\":\"" + submitter + "\"}},"
        + string.Join(',', [Value("submissionId", id, "valueString"), .. more]) + "]}";

    public string[] WithManifest(string url, params string[] more) => [Value("manifestUrl", url), Value("fhirBaseUrl", Provider.Url + "/fhir"), .. more];

    public Task<HttpResponseMessage> PostAsync(string path, string body, string? token = null, params (string, string)[] headers)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        return Gateway.SendAsync(HttpMethod.Post, path, token ?? Token, content, headers);
    }

    /// <summary>A call of payer-a; its body is always an OperationOutcome.</summary>
    public async Task<(HttpStatusCode Status, string Text)> SubmitAsync(string id, params string[] more)
    {
        using var response = await PostAsync("/fhir/$bulk-submit", Body(id, "payer-a", more));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/fhir+json", response.Content.Headers.ContentType!.MediaType);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("OperationOutcome", json.RootElement.GetProperty("resourceType").GetString());
        return (response.StatusCode, text);
    }

    public async Task AcceptedAsync(string id, params string[] more)
    {
        var (status, text) = await SubmitAsync(id, more);
        Assert.True(status == HttpStatusCode.OK, text);
    }

    /// <summary>The polling URL of a submission of payer-a, as a path.</summary>
    public async Task<string> KickOffAsync(string id, string prefer = "respond-async")
    {
        using var response = await PostAsync(Status, Body(id, "payer-a"), null, ("Prefer", prefer), ("Accept", "application/fhir+json"));
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        var location = response.Content.Headers.ContentLocation ?? new Uri(response.Headers.GetValues("Content-Location").Single());
        Assert.True(location.IsAbsoluteUri);
        Assert.Equal(Gateway.Address.Authority, location.Authority);
        return location.PathAndQuery;
    }

    /// <summary>Polls until the answer is not 202.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> WaitAsync(string id)
    {
        var path = await KickOffAsync(id);
        var from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var response = await Gateway.SendAsync(HttpMethod.Get, path, Token);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests))
            {
                using var json = JsonDocument.Parse(text);
                return (response.StatusCode, json.RootElement.Clone());
            }

            Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(60), "not over after 60 s: " + string.Join(',', response.Headers.TryGetValues("X-Progress", out var said) ? said : []));
            await Task.Delay(150);
        }
    }

    /// <summary>All OperationOutcomes of a status manifest, which is fetched with the token.</summary>
    public async Task<List<JsonElement>> OutcomesAsync(JsonElement manifest, string list = "outcome")
    {
        var found = new List<JsonElement>();
        foreach (var file in manifest.GetProperty(list).EnumerateArray())
        {
            using var response = await Gateway.SendAsync(HttpMethod.Get, new Uri(file.GetProperty("url").GetString()!).PathAndQuery, Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/fhir+ndjson", response.Content.Headers.ContentType!.MediaType);
            var text = await response.Content.ReadAsStringAsync();
            found.AddRange(text.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement.Clone()));
        }

        return found;
    }

    /// <summary>Attributes patients of payer-a to aco-a, so that what is submitted of them is published.</summary>
    public async Task AttributeAsync(params string[] members)
    {
        var rows = members.Select((m, i) => new RosterRow
        {
            Line = i + 2,
            Key = m,
            Facts = new PatientFacts { Family = "F" + m, Given = "G" + m, BirthDate = new DateOnly(1960, 1, 1), Sex = "female", PostalCode = "12345" },
            Participant = "aco-a",
            Start = new DateOnly(2020, 1, 1),
        }).ToList();
        var payer = Gateway.Engine.Organizations.Value.FindSource("payer-a")!;
        await Gateway.Engine.Rosters.LoadRosterAsync(payer, "test", rows, [], new RosterOptions { ChangesOnly = true }, default);
        await Gateway.Engine.DrainAsync(default);
    }

    /// <summary>Ids of resources that aco-a holds by its claims stream: published and not withdrawn since.</summary>
    public (int Published, int Withdrawn) Claims()
    {
        var aco = Gateway.Engine.Organizations.Value.FindParticipant("aco-a")!;
        var events = Gateway.Engine.Reader.Read(aco.Number, "claims", 0, 100_000);
        var withdrawn = events.Count(e => e.Type.EndsWith(".withdrawn", StringComparison.Ordinal));
        return (events.Count - withdrawn, withdrawn);
    }

    public long Resources => Gateway.Engine.Reader.Status().Resources;

    public static string Patients(int count, int from = 1) =>
        string.Concat(Enumerable.Range(from, count).Select(i => $"{{\"resourceType\":\"Patient\",\"id\":\"p{i}\",\"name\":[{{\"family\":\"Fp{i}\",\"given\":[\"G\"]}}],\"gender\":\"female\",\"birthDate\":\"1960-01-01\"}}\n"));

    public static string Claims(int count, int patients) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $"{{\"resourceType\":\"ExplanationOfBenefit\",\"id\":\"e{i}\",\"status\":\"active\",\"type\":{{\"text\":\"x\"}},\"use\":\"claim\",\"patient\":{{\"reference\":\"Patient/p{(i % patients) + 1}\"}},\"billablePeriod\":{{\"start\":\"2026-03-01\",\"end\":\"2026-03-01\"}},\"created\":\"2026-03-01\",\"insurer\":{{\"display\":\"p\"}},\"provider\":{{\"display\":\"d\"}},\"outcome\":\"complete\",\"insurance\":[{{\"focal\":true,\"coverage\":{{\"display\":\"c\"}}}}]}}\n"));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
