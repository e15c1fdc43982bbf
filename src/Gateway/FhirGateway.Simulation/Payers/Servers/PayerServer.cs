using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Text;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>
/// A payer's Bulk Data server on loopback: discovery, tokens, <c>$export</c> in every dialect, <c>$provider-member-match</c> and
/// <c>$davinci-data-export</c>. It records every request, and misbehaves as its script says.
/// </summary>
public sealed class PayerServer : IAsyncDisposable
{
    private readonly LoopbackServer server;
    private readonly LoopbackServer? filesServer;
    private readonly ExportDesk exports;
    private readonly MemberMatchDesk matches;
    private readonly DialectTraits traits;
    private readonly TimeProvider time;

    private PayerServer(PayerServerOptions options, PayerHoldings holdings, TimeProvider time)
    {
        this.time = time;
        Options = options;
        Holdings = holdings;
        traits = DialectTraits.Of(options.Dialect);
        Tokens = new TokenDesk(options.Clients, options.TokenLifetime, time);
        server = LoopbackServer.Start(AnswerAsync, time);
        filesServer = options.FilesApart ? LoopbackServer.Start(AnswerAsync, time, server.Requests, server.Faults) : null;
        exports = new ExportDesk(this, traits, time);
        matches = new MemberMatchDesk(this, time);
    }

    public PayerServerOptions Options { get; }
    public PayerHoldings Holdings { get; }
    public TokenDesk Tokens { get; }

    /// <summary>What it received, on both origins.</summary>
    public RequestRecord Requests => server.Requests;

    /// <summary>What it does wrong, on both origins.</summary>
    public FaultScript Faults => server.Faults;

    /// <summary>Its origin without a slash at the end, as an allow-list names it.</summary>
    public string Origin => server.Address.AbsoluteUri.TrimEnd('/');

    /// <summary>The origin of its files; that of the server where they do not lie apart.</summary>
    public string FilesOrigin => (filesServer ?? server).Address.AbsoluteUri.TrimEnd('/');

    /// <summary>Base URL of its FHIR API, without a slash at the end.</summary>
    public string FhirUrl => Origin + "/" + traits.BasePath;

    public string TokenUrl => Origin + "/auth/token";

    /// <summary>Files that every export gives beside those made of what the payer holds: a folder's, or one of 5 GB.</summary>
    public ImmutableArray<ServedFile> FixedFiles { get; set; } = [];

    /// <summary>Changes each page of a manifest before it is sent.</summary>
    public Action<JsonObject>? EditManifest { get; set; }

    /// <summary>Every job, in the order of kick-off.</summary>
    public ImmutableArray<PayerJob> Jobs => exports.Jobs;

    /// <summary>Headers of which at least one was seen where it may not be: a token at a file that asks for none.</summary>
    public ImmutableArray<string> Leaks => exports.Leaks;

    public static PayerServer Start(PayerServerOptions options, PayerHoldings holdings, TimeProvider time) => new(options, holdings, time);

    /// <summary>The patient opted out of Provider Access.</summary>
    public void OptOut(string patient) => matches.OptOut(patient);

    /// <summary>Signed URLs given so far are no longer good; a manifest fetched again has fresh ones.</summary>
    public void ExpireLinks() => exports.ExpireLinks();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (filesServer is not null)
            await filesServer.DisposeAsync();
    }

    internal ExportDesk Exports => exports;

    internal static Task OutcomeAsync(HttpExchange exchange, int status, string code, string diagnostics, CancellationToken cancellationToken, params KeyValuePair<string, string>[] headers) =>
        exchange.AnswerAsync(status, "application/fhir+json", JsonBytes.Outcome(code, diagnostics), cancellationToken, headers);

    internal static Task JsonAsync(HttpExchange exchange, int status, JsonNode body, string contentType, CancellationToken cancellationToken, params KeyValuePair<string, string>[] headers) =>
        exchange.AnswerAsync(status, contentType, Encoding.UTF8.GetBytes(body.ToJsonString()), cancellationToken, headers);

    private async Task AnswerAsync(HttpExchange exchange, CancellationToken cancellationToken)
    {
        var (method, path) = (exchange.Request.Method, exchange.Request.Path);
        if (path == "/auth/token")
        {
            await Tokens.AnswerAsync(exchange, TokenUrl, cancellationToken);
            return;
        }

        var isFhir = path.StartsWith("/" + traits.BasePath + "/", StringComparison.Ordinal);
        var rest = isFhir ? path[(traits.BasePath.Length + 2)..] : path[1..];
        if (isFhir && rest == "metadata")
            await JsonAsync(exchange, 200, DiscoveryDocuments.Capabilities(traits, FhirUrl, time.GetUtcNow()), "application/fhir+json", cancellationToken);
        else if (isFhir && rest == ".well-known/smart-configuration")
            await JsonAsync(exchange, 200, DiscoveryDocuments.Smart(traits, TokenUrl), "application/json", cancellationToken);
        else if (!isFhir && rest.StartsWith("files/", StringComparison.Ordinal))
            await exports.ServeFileAsync(exchange, rest.Split('/'), cancellationToken);
        else if (!Tokens.IsAuthorized(exchange.Request))
            await OutcomeAsync(exchange, 401, "login", "no token, or one that is not good", cancellationToken, KeyValuePair.Create("WWW-Authenticate", "Bearer"));
        else if (!isFhir && rest.StartsWith("jobs/", StringComparison.Ordinal))
            await exports.AnswerJobAsync(exchange, rest.Split('/'), cancellationToken);
        else if (isFhir && method == "POST" && rest == "Group/$provider-member-match")
            await matches.AnswerAsync(exchange, cancellationToken);
        else if (isFhir && rest.EndsWith("export", StringComparison.Ordinal))
            await exports.KickOffAsync(exchange, rest, cancellationToken);
        else
            await OutcomeAsync(exchange, 404, "not-found", "no such resource", cancellationToken);
    }
}
