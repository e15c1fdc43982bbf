using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FhirGateway.Simulation.Identity;

/// <summary>
/// An OpenID provider of the kind of Entra ID on loopback: discovery and key set of one tenant over HTTP, tokens as they are asked
/// for, with the wrong ones on demand.
/// </summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    public const string Tenant = "11111111-1111-4111-8111-111111111111";

    /// <summary>The application id of the gateway's registration.</summary>
    public const string Gateway = "22222222-2222-4222-8222-222222222222";

    private const string OtherTenant = "99999999-9999-4999-8999-999999999999";
    private const int MostRequestBytes = 16 * 1024;
    private readonly TimeProvider clock;
    private readonly RSA neverPublished = RSA.Create(2048);
    private readonly List<(string Id, RSA Key)> keys = [];
    private readonly CancellationTokenSource stopping = new();
    private TcpListener listener;
    private Task serving;
    private int requests;

    private OpenIdProvider(TimeProvider clock)
    {
        this.clock = clock;
        keys.Add(("key-1", RSA.Create(2048)));
        (listener, serving) = Listen(0);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public int Port { get; }
    public string Instance => $"http://127.0.0.1:{Port}/";

    /// <summary>Requests answered so far.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Accepts connections and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>What the discovery document names as its issuer; null for the right one.</summary>
    public string? ClaimedIssuer { get; set; }

    /// <summary>What the discovery document names as its key set; null for the right one.</summary>
    public string? ClaimedKeySet { get; set; }

    public static OpenIdProvider Start(TimeProvider clock) => new(clock);

    /// <summary>Publishes a new key, signs with it, and no longer publishes the old one.</summary>
    public void Rotate()
    {
        lock (keys)
        {
            keys[0].Key.Dispose();
            keys[0] = ($"key-{Guid.CreateVersion7(clock.GetUtcNow()):N}", RSA.Create(2048));
        }
    }

    /// <summary>Closes the port, as a provider that is away.</summary>
    public async Task GoDownAsync()
    {
        listener.Dispose();
        await serving;
    }

    /// <summary>A token in compact form.</summary>
    public string Issue(IssuedToken token)
    {
        lock (keys)
        {
            var (id, key) = keys[0];
            var header = new JsonObject { ["typ"] = token.Fault == TokenFault.OtherType ? "logout+jwt" : "JWT", ["alg"] = AlgorithmOf(token.Fault), ["kid"] = token.Fault == TokenFault.UnknownKey ? "key-unknown" : id };
            var signed = Part(header) + "." + Part(ClaimsOf(token));
            var bytes = Encoding.ASCII.GetBytes(signed);
            var signature = token.Fault switch
            {
                TokenFault.NoAlgorithm => [],
                TokenFault.PublicKeyAsSecret => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportRSAPublicKeyPem()), bytes),
                TokenFault.OtherKey or TokenFault.UnknownKey => neverPublished.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                TokenFault.OtherAlgorithm => key.SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
                _ => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            };
            if (token.Fault == TokenFault.Changed)
                signed = Part(header) + "." + Part(ClaimsOf(token with { Roles = [.. token.Roles, "gateway.operator"] }));
            return signed + "." + System.Buffers.Text.Base64Url.EncodeToString(signature);
        }
    }

    private static string AlgorithmOf(TokenFault fault) => fault switch
    {
        TokenFault.NoAlgorithm or TokenFault.NoAlgorithmButSignature => "none",
        TokenFault.PublicKeyAsSecret => "HS256",
        TokenFault.OtherAlgorithm => "RS384",
        _ => "RS256",
    };

    private JsonObject ClaimsOf(IssuedToken token)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var tenant = token.Fault is TokenFault.OtherTenant ? OtherTenant : Tenant;
        var claims = new JsonObject
        {
            ["iss"] = IssuerOf(token.Fault is TokenFault.OtherIssuer ? OtherTenant : tenant, token.IsVersion1),
            ["tid"] = token.Fault is TokenFault.OtherTenantId ? OtherTenant : tenant,
            ["aud"] = token.Fault switch
            {
                TokenFault.OtherAudience => "33333333-3333-4333-8333-333333333333",
                TokenFault.TwoAudiences => new JsonArray(Gateway, "33333333-3333-4333-8333-333333333333"),
                _ => Gateway,
            },
            [token.IsVersion1 ? "appid" : "azp"] = token.Application,
            ["oid"] = token.ServicePrincipal,
            ["sub"] = token.ServicePrincipal,
            ["iat"] = token.Fault == TokenFault.IssuedInFuture ? now + 90 : now - 10,
            ["nbf"] = token.Fault == TokenFault.NotYetValid ? now + 90 : now - 10,
            ["exp"] = token.Fault == TokenFault.Expired ? now - 61 : now + 3600,
            ["ver"] = token.IsVersion1 ? "1.0" : "2.0",
            ["roles"] = new JsonArray([.. token.Roles.Select(r => (JsonNode)r)]),
        };
        if (token.Fault == TokenFault.NoTenantId)
            claims.Remove("tid");
        if (token.Fault == TokenFault.NoAudience)
            claims.Remove("aud");
        if (token.Fault == TokenFault.NoExpiry)
            claims.Remove("exp");
        if (token.Fault == TokenFault.IdToken)
            claims["nonce"] = "678910";
        if (token.Fault == TokenFault.OfPerson)
            claims["scp"] = "access_as_user";
        return claims;
    }

    private string IssuerOf(string tenant, bool isVersion1) => isVersion1 ? $"https://sts.windows.net/{tenant}/" : $"{Instance}{tenant}/v2.0";

    private (TcpListener Listener, Task Serving) Listen(int port)
    {
        var opened = new TcpListener(IPAddress.Loopback, port);
        opened.Start();
        return (opened, Task.Run(() => ServeAsync(opened)));
    }

    private async Task ServeAsync(TcpListener opened)
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(AnswerAsync(await opened.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed.
        }

        await Task.WhenAll(open);
    }

    private async Task AnswerAsync(TcpClient peer)
    {
        using (peer)
        {
            try
            {
                await using var stream = peer.GetStream();
                var path = await ReadPathAsync(stream);
                Interlocked.Increment(ref requests);
                if (Hangs)
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, stopping.Token);
                var (status, body) = path switch
                {
                    $"/{Tenant}/v2.0/.well-known/openid-configuration" => ("200 OK", Discovery()),
                    $"/{Tenant}/discovery/v2.0/keys" => ("200 OK", KeySet()),
                    _ => ("404 Not Found", new JsonObject()),
                };
                var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"), stopping.Token);
                await stream.WriteAsync(bytes, stopping.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The caller went away, or the provider stops.
            }
        }
    }

    private async Task<string> ReadPathAsync(NetworkStream stream)
    {
        var buffer = new byte[MostRequestBytes];
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            var n = length < buffer.Length ? await stream.ReadAsync(buffer.AsMemory(length), stopping.Token) : 0;
            if (n == 0)
                throw new IOException("no request");
            length += n;
        }

        var line = Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n", 2)[0].Split(' ');
        return line is ["GET", var path, ..] ? path : "";
    }

    private JsonObject Discovery() => new()
    {
        ["issuer"] = ClaimedIssuer ?? IssuerOf(Tenant, isVersion1: false),
        ["jwks_uri"] = ClaimedKeySet ?? $"{Instance}{Tenant}/discovery/v2.0/keys",
        ["token_endpoint"] = $"{Instance}{Tenant}/oauth2/v2.0/token",
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };

    private JsonObject KeySet()
    {
        lock (keys)
        {
            return new JsonObject
            {
                // The second is of another tenant's issuer, under a name that a token may claim.
                ["keys"] = new JsonArray(
                    [.. keys.Select(k => Jwk(k.Id, k.Key, $"{Instance}{{tenantid}}/v2.0")), Jwk("key-unknown", neverPublished, IssuerOf(OtherTenant, isVersion1: false))]),
            };
        }
    }

    private static JsonObject Jwk(string id, RSA key, string issuer)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = id,
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(numbers.Modulus),
            ["e"] = System.Buffers.Text.Base64Url.EncodeToString(numbers.Exponent),
            ["issuer"] = issuer,
        };
    }

    private static string Part(JsonObject json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await serving;
        stopping.Dispose();
        neverPublished.Dispose();
        foreach (var (_, key) in keys)
            key.Dispose();
    }
}
