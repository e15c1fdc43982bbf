using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Payers.Servers;
using FhirGateway.Simulation.Text;

namespace FhirGateway.Simulation.Payers.Submitting;

/// <summary>Serves the manifests and files of a provider, and a token endpoint where they ask for a token.</summary>
internal sealed class ManifestShelf : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, PublishedManifest> manifests = new(StringComparer.Ordinal);
    private readonly SubmitProviderOptions options;
    private readonly TimeProvider time;

    public ManifestShelf(SubmitProviderOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        Tokens = new TokenDesk(options.Clients, TimeSpan.FromMinutes(5), time);
        Server = LoopbackServer.Start(AnswerAsync, time);
    }

    public LoopbackServer Server { get; }
    public TokenDesk Tokens { get; }
    public Action<JsonObject>? EditManifest { get; set; }

    public Uri MetadataUrl => new(Server.Address, "fhir/.well-known/smart-configuration");
    public Uri TokenUrl => new(Server.Address, "auth/token");

    public Uri Publish(string name, IEnumerable<ServedFile> files)
    {
        manifests[name] = new PublishedManifest(name, [.. files]);
        return new Uri(Server.Address, $"manifests/{name}/0");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task AnswerAsync(HttpExchange exchange, CancellationToken cancellationToken)
    {
        var path = exchange.Request.Path.Split('/');
        if (exchange.Request.Path == "/auth/token")
            await Tokens.AnswerAsync(exchange, TokenUrl.AbsoluteUri, cancellationToken);
        else if (exchange.Request.Path == "/fhir/.well-known/smart-configuration")
            await AnswerJsonAsync(exchange, DiscoveryDocuments.Smart(DialectTraits.Of(PayerDialect.Stu3), TokenUrl.AbsoluteUri), cancellationToken);
        else if (options.RequiredHeader is { } header && exchange.Request.Header(header.Key) != header.Value)
            await RefuseAsync(exchange, 403, "forbidden", cancellationToken);
        else if (!Tokens.IsAuthorized(exchange.Request))
            await RefuseAsync(exchange, 401, "login", cancellationToken);
        else if (path is ["", "manifests", var name, var page] && manifests.TryGetValue(name, out var manifest))
            await AnswerJsonAsync(exchange, Write(manifest, int.Parse(page, NumberStyles.None, CultureInfo.InvariantCulture)), cancellationToken);
        else if (path is ["", "files", var of, var file] && manifests.TryGetValue(of, out var owner) && owner.Files.FirstOrDefault(f => f.Name == file) is { } served)
            await exchange.ServeAsync(served.Content, "application/fhir+ndjson", options.Gzip, cancellationToken);
        else
            await RefuseAsync(exchange, 404, "not-found", cancellationToken);
    }

    private JsonObject Write(PublishedManifest published, int page)
    {
        var size = options.FilesPerPage ?? int.MaxValue;
        var manifest = new JsonObject
        {
            ["transactionTime"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["requiresAccessToken"] = options.Clients.Length > 0,
            ["output"] = new JsonArray([.. published.Files.Skip(page * size).Take(size).Where(f => f.Role == "output").Select(f => Entry(published, f))]),
        };
        if (published.Files.Any(f => f.Role == "deleted"))
            manifest["deleted"] = new JsonArray([.. published.Files.Skip(page * size).Take(size).Where(f => f.Role == "deleted").Select(f => Entry(published, f))]);
        if ((page + 1L) * size < published.Files.Length)
            manifest["link"] = new JsonArray(new JsonObject { ["relation"] = "next", ["url"] = string.Create(CultureInfo.InvariantCulture, $"{Server.Address}manifests/{published.Name}/{page + 1}") });
        EditManifest?.Invoke(manifest);
        return manifest;
    }

    private JsonObject Entry(PublishedManifest manifest, ServedFile file)
    {
        var entry = new JsonObject { ["url"] = $"{Server.Address}files/{manifest.Name}/{file.Name}", ["count"] = file.Count, ["fileSize"] = file.Content.Length };
        if (file.Type is { } type && file.Role == "output")
            entry["type"] = type;
        return entry;
    }

    private static Task AnswerJsonAsync(HttpExchange exchange, JsonObject body, CancellationToken cancellationToken) =>
        exchange.AnswerAsync(200, "application/json", Encoding.UTF8.GetBytes(body.ToJsonString()), cancellationToken);

    private static Task RefuseAsync(HttpExchange exchange, int status, string code, CancellationToken cancellationToken) =>
        exchange.AnswerAsync(status, "application/fhir+json", JsonBytes.Outcome(code, "refused"), cancellationToken);
}
