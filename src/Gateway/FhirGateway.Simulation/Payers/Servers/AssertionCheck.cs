using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Access;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>Verifies signed client assertions (SMART App Launch, Backend Services; RFC 7523), with no code of the gateway's.</summary>
internal sealed class AssertionCheck(TimeProvider time)
{
    private static readonly TimeSpan MostLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);

    /// <summary>The client whose assertion it is.</summary>
    /// <exception cref="FormatException">Why the assertion is refused.</exception>
    public PayerClient Verify(string assertion, string audience, IEnumerable<PayerClient> clients)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3)
            throw new FormatException("the assertion has no three parts");
        using var header = JsonDocument.Parse(Base64Url.Decode(parts[0]));
        using var claims = JsonDocument.Parse(Base64Url.Decode(parts[1]));
        var (head, body) = (header.RootElement, claims.RootElement);
        var issuer = Text(body, "iss");
        var client = clients.FirstOrDefault(c => c.ClientId == issuer && c.Jwks is not null) ?? throw new FormatException("iss is no client with keys");
        if (Text(body, "sub") != issuer)
            throw new FormatException("sub is not iss");
        if (Text(body, "aud") != audience)
            throw new FormatException("aud is not the token endpoint");
        if (head.TryGetProperty("typ", out var typ) && typ.GetString() != "JWT")
            throw new FormatException("typ is not JWT");
        var expires = DateTimeOffset.FromUnixTimeSeconds(body.GetProperty("exp").GetInt64());
        var now = time.GetUtcNow();
        if (expires < now - Skew || expires > now + MostLifetime + Skew)
            throw new FormatException("exp has passed or is more than five minutes ahead");
        if (!IsSigned(client.Jwks!, Text(head, "alg"), Text(head, "kid"), Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), Base64Url.Decode(parts[2])))
            throw new FormatException("no key of the client verifies the signature");
        if (!seen.TryAdd(issuer + "\n" + Text(body, "jti"), true))
            throw new FormatException("jti was used before");
        return client;
    }

    private static bool IsSigned(string jwks, string algorithm, string kid, byte[] data, byte[] signature)
    {
        using var document = JsonDocument.Parse(jwks);
        foreach (var key in document.RootElement.GetProperty("keys").EnumerateArray())
        {
            if (Text(key, "kid") != kid)
                continue;
            if (key.TryGetProperty("d", out _))
                throw new FormatException("the JWKS shows a private key");
            if (algorithm == "ES384" && Text(key, "kty") == "EC" && Text(key, "crv") == "P-384")
            {
                using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP384, Q = new ECPoint { X = Number(key, "x"), Y = Number(key, "y") } });
                return ec.VerifyData(data, signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }

            if (algorithm == "RS384" && Text(key, "kty") == "RSA")
            {
                using var rsa = RSA.Create(new RSAParameters { Modulus = Number(key, "n"), Exponent = Number(key, "e") });
                return rsa.VerifyData(data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
            }
        }

        return false;
    }

    private static byte[] Number(JsonElement jwk, string name) => Base64Url.Decode(Text(jwk, name));

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException($"{name} is missing");
}
