using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Simulation.Access;

/// <summary>Gets access tokens with a signed assertion (SMART Backend Services; RFC 7523) and keeps each until it is about to end.</summary>
public sealed class AccessTokens(HttpClient http, ClientFile client, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim gate = new(1, 1);
    private string? token;
    private DateTimeOffset until;

    /// <summary>A token that is good for some seconds at least.</summary>
    /// <exception cref="HttpRequestException">The gateway refused the client, or cannot be reached.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (token is null || time.GetUtcNow() >= until)
                await RenewAsync(cancellationToken);
            return token!;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Forgets the token: the gateway did not accept it.</summary>
    public void Forget() => token = null;

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = Assertion(),
        };
        if (client.Scope is { } scope)
            form["scope"] = scope;
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(client.TokenEndpoint, content, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"{client.TokenEndpoint.AbsolutePath} refused the client {client.ClientId}: {(int)response.StatusCode}", null, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var answer = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        token = answer.RootElement.GetProperty("access_token").GetString() ?? throw new HttpRequestException("The token answer has no access_token");
        var seconds = answer.RootElement.TryGetProperty("expires_in", out var lifetime) ? lifetime.GetInt32() : 60;
        until = time.GetUtcNow() + TimeSpan.FromSeconds(seconds) - (seconds > 60 ? Margin : TimeSpan.FromSeconds(seconds / 2));
    }

    private string Assertion()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = Json(w =>
        {
            w.WriteString("alg", client.Algorithm);
            w.WriteString("typ", "JWT");
            if (client.KeyId is { } kid)
                w.WriteString("kid", kid);
        });
        var claims = Json(w =>
        {
            w.WriteString("iss", client.ClientId);
            w.WriteString("sub", client.ClientId);
            w.WriteString("aud", client.TokenEndpoint.AbsoluteUri);
            w.WriteNumber("iat", now);
            w.WriteNumber("exp", now + 240);
            w.WriteString("jti", Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        });
        var signed = Base64Url.Encode(header) + "." + Base64Url.Encode(claims);
        return signed + "." + Base64Url.Encode(client.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return bytes.ToArray();
    }

    public void Dispose() => gate.Dispose();
}
