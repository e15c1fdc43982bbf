using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Http;
using FhirGateway.Simulation.Text;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>A token endpoint: <c>private_key_jwt</c> or <c>client_secret_basic</c>, opaque tokens of a short life.</summary>
public sealed class TokenDesk
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ConcurrentDictionary<string, Granted> tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> refusals = new();
    private readonly AssertionCheck assertions;
    private readonly TimeProvider time;
    private readonly TimeSpan lifetime;

    internal TokenDesk(IEnumerable<PayerClient> clients, TimeSpan lifetime, TimeProvider time)
    {
        Clients = [.. clients];
        this.lifetime = lifetime;
        this.time = time;
        assertions = new AssertionCheck(time);
    }

    /// <summary>Who gets tokens; may be replaced while it runs.</summary>
    public ImmutableArray<PayerClient> Clients { get; set; }

    /// <summary>Scope that is granted whatever is asked for; null grants what is asked for.</summary>
    public string? GrantedScope { get; set; }

    public int Issued { get; private set; }

    /// <summary>Why requests for a token were refused, in order.</summary>
    public ImmutableArray<string> Refusals => [.. refusals];

    /// <summary>No token issued so far is good any longer.</summary>
    public void ExpireAll() => tokens.Clear();

    /// <summary>Whether the request carries a token that is good.</summary>
    public bool IsAuthorized(RecordedRequest request) =>
        Clients.Length == 0
        || (request.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal)
            && tokens.TryGetValue(header["Bearer ".Length..], out var token) && token.Until > time.GetUtcNow());

    internal async Task AnswerAsync(HttpExchange exchange, string endpoint, CancellationToken cancellationToken)
    {
        var request = exchange.Request;
        var form = RecordedRequest.ParseForm(Encoding.UTF8.GetString(request.Body.Span));
        string? Of(string name) => form.Where(f => f.Key == name).Select(f => f.Value).FirstOrDefault();
        try
        {
            if (request.Method != "POST" || request.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) != true)
                throw new FormatException("no form was posted");
            if (Of("grant_type") != "client_credentials")
                throw new FormatException("grant_type is not client_credentials");
            var client = request.Header("Authorization") is { } basic ? BySecret(basic)
                : Of("client_assertion_type") == AssertionType && Of("client_assertion") is { } assertion ? assertions.Verify(assertion, endpoint, Clients)
                : throw new FormatException("neither an assertion nor a secret");
            await exchange.AnswerAsync(200, "application/json", Grant(client, Of("scope")), cancellationToken, KeyValuePair.Create("Cache-Control", "no-store"));
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException or CryptographicException or InvalidOperationException)
        {
            refusals.Enqueue(e.Message);
            var body = JsonBytes.Of(w =>
            {
                w.WriteString("error", "invalid_client");
                w.WriteString("error_description", e.Message);
            });
            await exchange.AnswerAsync(400, "application/json", body, cancellationToken);
        }
    }

    private byte[] Grant(PayerClient client, string? scope)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        tokens[token] = new Granted(client.ClientId, time.GetUtcNow() + lifetime);
        Issued++;
        return JsonBytes.Of(w =>
        {
            w.WriteString("access_token", token);
            w.WriteString("token_type", "bearer");
            w.WriteNumber("expires_in", (int)lifetime.TotalSeconds);
            w.WriteString("scope", GrantedScope ?? scope ?? "system/*.rs");
        });
    }

    private PayerClient BySecret(string header)
    {
        var pair = header.StartsWith("Basic ", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])).Split(':', 2) : [];
        return pair.Length == 2 && Clients.FirstOrDefault(c => c.ClientId == Uri.UnescapeDataString(pair[0]) && c.Secret is not null && c.Secret == Uri.UnescapeDataString(pair[1])) is { } client
            ? client
            : throw new FormatException("the secret is not that of the client");
    }

    private sealed record Granted(string ClientId, DateTimeOffset Until);
}
