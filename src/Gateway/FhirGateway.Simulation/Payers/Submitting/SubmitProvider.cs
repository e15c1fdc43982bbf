using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Payers.Servers;

namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>
/// A payer that pushes: it serves manifests and files of its own and drives <c>$bulk-submit</c> and <c>$bulk-submit-status</c> of
/// the gateway, with tokens of its own client.
/// </summary>
public sealed class SubmitProvider : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly ManifestShelf shelf;
    private readonly HttpClient http;
    private readonly ClientFile client;
    private readonly SubmitProviderOptions options;
    private readonly AccessTokens tokens;
    private readonly TimeProvider time;

    public SubmitProvider(HttpClient http, ClientFile client, SubmitProviderOptions options, TimeProvider time)
    {
        this.http = http;
        this.client = client;
        this.options = options;
        this.time = time;
        tokens = new AccessTokens(http, client, time);
        shelf = new ManifestShelf(options, time);
    }

    /// <summary>What was fetched from it.</summary>
    public RequestRecord Requests => shelf.Server.Requests;
    public FaultScript Faults => shelf.Server.Faults;

    /// <summary>Tokens that it grants for its files.</summary>
    public TokenDesk Tokens => shelf.Tokens;

    /// <summary>Its origin without a slash at the end, as an allow-list names it.</summary>
    public string Origin => shelf.Server.Address.AbsoluteUri.TrimEnd('/');

    /// <summary>The base to which references of its resources are relative.</summary>
    public string FhirUrl => Origin + "/fhir";

    public Uri MetadataUrl => shelf.MetadataUrl;
    public Uri TokenUrl => shelf.TokenUrl;

    /// <summary>Changes each page of a manifest before it is sent.</summary>
    public Action<JsonObject>? EditManifest
    {
        get => shelf.EditManifest;
        set => shelf.EditManifest = value;
    }

    /// <summary>Serves a manifest under a name; again under the same name it is another manifest at the same URL.</summary>
    public Uri Publish(string name, params IEnumerable<ServedFile> files) => shelf.Publish(name, files);

    /// <summary>A file of lines for a manifest.</summary>
    public static ServedFile File(string name, string? type, IEnumerable<string> lines, string role = "output") =>
        JobFiles.File(name, role, type, lines.Select(l => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(l)));

    public Task<SubmitAnswer> SubmitAsync(SubmitCall call, CancellationToken cancellationToken)
    {
        if (options.RequiredHeader is { } header && call.Manifest is not null && call.FileRequestHeaders.Length == 0)
            call = call with { FileRequestHeaders = [header] };
        if (options.Clients.Length > 0 && call.Manifest is not null && call.OAuthMetadata is null)
            call = call with { OAuthMetadata = MetadataUrl };
        var body = SubmitParametersWriter.Submit(call, options.SubmitterSystem, options.SubmitterValue, FhirUrl, options.Dialect);
        return PostAsync("fhir/$bulk-submit", body, [], cancellationToken);
    }

    /// <summary>Asks for the status; the answer's Content-Location is the URL to poll.</summary>
    public Task<SubmitAnswer> AskStatusAsync(SubmitCall call, bool separate, CancellationToken cancellationToken) =>
        PostAsync("fhir/$bulk-submit-status", SubmitParametersWriter.Status(call, options.SubmitterSystem, options.SubmitterValue),
            [KeyValuePair.Create("Prefer", separate ? "respond-async, separate-export-status" : "respond-async")], cancellationToken);

    public Task<SubmitAnswer> GetAsync(Uri url, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, url, null, [KeyValuePair.Create("Accept", "application/json")], cancellationToken);

    public Task<SubmitAnswer> DeleteAsync(Uri url, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, url, null, [], cancellationToken);

    /// <summary>Asks for the status and polls until it is other than 202.</summary>
    /// <exception cref="TimeoutException">It stayed 202 for too long.</exception>
    public async Task<SubmitAnswer> WaitAsync(string submissionId, TimeSpan most, CancellationToken cancellationToken)
    {
        var asked = await AskStatusAsync(new SubmitCall { SubmissionId = submissionId }, separate: false, cancellationToken);
        if (asked.Status != 202 || asked.Header("Content-Location") is not { } location)
            return asked;
        var until = time.GetUtcNow() + most;
        while (true)
        {
            var answer = await GetAsync(new Uri(location), cancellationToken);
            if (answer.Status is not (202 or 429))
                return answer;
            if (time.GetUtcNow() > until)
                throw new TimeoutException($"{submissionId} is {answer.Status} {answer.Header("X-Progress")} still");
            var later = int.TryParse(answer.Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && answer.Status == 429 ? TimeSpan.FromSeconds(seconds) : Pause;
            await Task.Delay(later, time, cancellationToken);
        }
    }

    /// <summary>The lines of an outcome file.</summary>
    public async Task<IReadOnlyList<JsonElement>> DownloadAsync(Uri url, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(HttpMethod.Get, url, cancellationToken);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
    }

    /// <summary>Posts any body to one of the two operations, to play a sender that gets it wrong.</summary>
    public Task<SubmitAnswer> PostAsync(string path, byte[] body, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/fhir+json") } };
        return SendAsync(HttpMethod.Post, new Uri(client.BaseUrl, path), content, [KeyValuePair.Create("Accept", "application/fhir+json"), .. headers], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        tokens.Dispose();
        await shelf.DisposeAsync();
    }

    private async Task<SubmitAnswer> SendAsync(HttpMethod method, Uri url, HttpContent? content, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(method, url, cancellationToken);
        request.Content = content;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var fields = response.Headers.Concat(response.Content.Headers).ToFrozenDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new SubmitAnswer((int)response.StatusCode, fields, Parse(body));
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpMethod method, Uri url, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(cancellationToken));
        return request;
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // No JSON, or nothing at all: the status tells.
            return default;
        }
    }
}
