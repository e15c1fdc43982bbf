using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;
using FhirGateway.Tests.Egress;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Tests.Smart;

/// <summary>A payer's SMART configuration and token endpoint, which checks assertions with a library of somebody else.</summary>
internal sealed class TokenPeer : IAsyncDisposable
{
    private readonly LoopbackPeer peer;
    private readonly ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);
    private int tokens;

    public TokenPeer() => peer = LoopbackPeer.Start((r, s) => r.Target.EndsWith("/.well-known/smart-configuration", StringComparison.Ordinal)
        ? LoopbackPeer.WriteAsync(s, Discovery is null ? "404 Not Found" : "200 OK", Discovery ?? "", "Content-Type: application/json")
        : TokenAsync(r, s));

    public string Origin => peer.Origin;
    public string FhirUrl => peer.Origin + "/r4";
    public string TokenUrl => peer.Origin + "/token";
    public LoopbackPeer Http => peer;
    public int Connects => peer.Connects;

    /// <summary>The document, or null for 404.</summary>
    public string? Discovery { get; set; }

    /// <summary>What is registered for us.</summary>
    public string Jwks { get; set; } = "";
    public string? Basic { get; init; }
    public int Life { get; init; } = 300;
    public string? Scope { get; init; }

    /// <summary>Answers given before the real one, by status.</summary>
    public ConcurrentQueue<(string Status, string Body)> First { get; } = new();

    /// <summary>The forms that came, and the assertions that were good.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Forms { get; } = new();
    public ConcurrentQueue<JsonWebToken> Assertions { get; } = new();

    public static string Configuration(string tokenEndpoint, string algorithms = "\"RS384\",\"ES384\"", string scopes = "\"system/*.rs\"") => $$"""
        {"token_endpoint":"{{tokenEndpoint}}","token_endpoint_auth_methods_supported":["private_key_jwt"],
         "token_endpoint_auth_signing_alg_values_supported":[{{algorithms}}],"scopes_supported":[{{scopes}}],"capabilities":["client-confidential-asymmetric"]}
        """;

    public SourceConnection Connection(string? keyFile = null) => new() { FhirUrl = FhirUrl, ClientId = "our id", KeyFile = keyFile, AllowedOrigins = [Origin] };

    public static SmartTokens Tokens(EgressClient client, TimeProvider? clock = null) => new(client, clock ?? TimeProvider.System, NullLogger<SmartTokens>.Instance);

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    private async Task<bool> TokenAsync(PeerRequest request, Stream stream)
    {
        var form = Encoding.ASCII.GetString(request.Body).Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1].Replace('+', ' ')), StringComparer.Ordinal);
        Forms.Enqueue(form);
        if (First.TryDequeue(out var first))
            return await LoopbackPeer.WriteAsync(stream, first.Status, first.Body, "Content-Type: application/json");
        if (Basic is null ? !await IsGoodAsync(form) : request.Header("Authorization") != "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(Basic)))
            return await LoopbackPeer.WriteAsync(stream, "401 Unauthorized", """{"error":"invalid_client","error_description":"no"}""");
        var scope = Scope ?? form.GetValueOrDefault("scope");
        var answer = JsonSerializer.Serialize(new { access_token = $"token-{Interlocked.Increment(ref tokens)}", token_type = "Bearer", expires_in = Life, scope });
        return await LoopbackPeer.WriteAsync(stream, "200 OK", answer, "Content-Type: application/json");
    }

    private async Task<bool> IsGoodAsync(Dictionary<string, string> form)
    {
        if (form.GetValueOrDefault("grant_type") != "client_credentials" || form.GetValueOrDefault("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            return false;
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(form["client_assertion"], new TokenValidationParameters
        {
            ValidIssuer = "our id",
            ValidAudience = TokenUrl,
            ValidAlgorithms = ["RS384", "ES384"],
            ValidTypes = ["JWT"],
            IssuerSigningKeys = new JsonWebKeySet(Jwks).GetSigningKeys(),
            ClockSkew = TimeSpan.Zero,
        });
        if (result.SecurityToken is not JsonWebToken token || !result.IsValid || token.Subject != "our id" || !seen.TryAdd(token.Id, true) || token.ValidTo > DateTime.UtcNow.AddMinutes(5))
            return false;
        Assertions.Enqueue(token);
        return true;
    }
}
