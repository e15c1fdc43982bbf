using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Adapters.Smart;

/// <summary>Writes the assertion that proves who we are (RFC 7523; SMART App Launch 2.2, "Client Authentication: Asymmetric").</summary>
internal static class AssertionWriter
{
    /// <summary>At most five minutes are allowed; one is left for a server whose clock is behind ours.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(4);

    /// <summary>A compact JWS with a nonce of its own: good for one use.</summary>
    public static string Write(ClientSigningKey key, string clientId, Uri tokenEndpoint, DateTimeOffset now)
    {
        var header = Json(w =>
        {
            w.WriteString("alg", key.Algorithm);
            w.WriteString("kid", key.Id);
            w.WriteString("typ", "JWT");
        });
        var claims = Json(w =>
        {
            w.WriteString("iss", clientId);
            w.WriteString("sub", clientId);
            w.WriteString("aud", tokenEndpoint.OriginalString);
            w.WriteNumber("exp", now.Add(Life).ToUnixTimeSeconds());
            w.WriteString("jti", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        });
        var signed = header + "." + claims;
        return signed + "." + Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    private static string Json(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer))
        {
            w.WriteStartObject();
            members(w);
            w.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
