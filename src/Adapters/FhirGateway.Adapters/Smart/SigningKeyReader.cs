using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.Smart;

/// <summary>Reads private keys: PEM (PKCS#8, PKCS#1, SEC 1), a private JWK or a set of them. Says what is wrong without showing any of it.</summary>
internal static class SigningKeyReader
{
    private const int MostKeys = 20;

    /// <summary>The keys, or what is wrong.</summary>
    public static (List<ClientSigningKey> Keys, string? Fault) Read(byte[] content)
    {
        List<ClientSigningKey> keys = [];
        var text = Encoding.UTF8.GetString(content).TrimStart('\uFEFF');
        string? fault;
        try
        {
            fault = text.AsSpan().TrimStart().StartsWith("{") ? ReadJson(Encoding.UTF8.GetBytes(text), keys) : ReadPem(text, keys);
        }
        catch (CryptographicException)
        {
            fault = "a key in it cannot be used: its numbers are no key";
        }

        if (fault is null && keys.Count == 0)
            fault = "it holds no private key";
        if (fault is null)
            return (keys, null);
        keys.ForEach(k => k.Dispose());
        return ([], fault);
    }

    private static string? ReadPem(string text, List<ClientSigningKey> keys)
    {
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var pem = rest[fields.Location];
            var label = rest[fields.Label];
            if (label.SequenceEqual("ENCRYPTED PRIVATE KEY"))
                return "its key is encrypted: give it without a passphrase, in a file that only its owner can read";
            if (label.SequenceEqual("PRIVATE KEY") || label.SequenceEqual("RSA PRIVATE KEY") || label.SequenceEqual("EC PRIVATE KEY"))
            {
                if (Add(keys, FromPem(pem), id: null) is { } fault)
                    return fault;
            }

            rest = rest[fields.Location.End..];
        }

        return null;
    }

    private static AsymmetricAlgorithm FromPem(ReadOnlySpan<char> pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return rsa;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
        }

        var ec = ECDsa.Create();
        try
        {
            ec.ImportFromPem(pem);
            return ec;
        }
        catch (ArgumentException e)
        {
            ec.Dispose();
            throw new CryptographicException("no key", e);
        }
        catch
        {
            ec.Dispose();
            throw;
        }
    }

    private static string? ReadJson(byte[] utf8, List<ClientSigningKey> keys)
    {
        using var document = StrictJson.ReadObject(utf8);
        if (document?.RootElement is not { } root)
            return "it is not one JSON object with distinct member names";
        if (!root.TryGetProperty("keys", out var set))
            return ReadJwk(root, keys);
        if (set.ValueKind != JsonValueKind.Array || set.GetArrayLength() > MostKeys)
            return $"'keys' is not an array of at most {MostKeys} keys";
        foreach (var jwk in set.EnumerateArray())
        {
            // A set may hold the public halves too.
            if (jwk.ValueKind == JsonValueKind.Object && jwk.TryGetProperty("d", out _) && ReadJwk(jwk, keys) is { } fault)
                return fault;
        }

        return null;
    }

    private static string? ReadJwk(JsonElement jwk, List<ClientSigningKey> keys)
    {
        if (!jwk.TryGetProperty("d", out _))
            return "its key has no private member 'd'";
        AsymmetricAlgorithm? key = StrictJson.Text(jwk, "kty", 16) switch
        {
            "RSA" => ReadRsa(jwk),
            "EC" => ReadEc(jwk),
            _ => null,
        };
        return key is null ? "a key is RSA with all its private members, or EC P-384" : Add(keys, key, StrictJson.Text(jwk, "kid", 255));
    }

    private static RSA? ReadRsa(JsonElement jwk)
    {
        if (Number(jwk, "n") is not { } n || Number(jwk, "e") is not { } e || Number(jwk, "d") is not { } d || Number(jwk, "p") is not { } p
            || Number(jwk, "q") is not { } q || Number(jwk, "dp") is not { } dp || Number(jwk, "dq") is not { } dq || Number(jwk, "qi") is not { } qi)
            return null;
        var half = (n.Length + 1) / 2;
        return RSA.Create(new RSAParameters
        {
            Modulus = n,
            Exponent = e,
            D = Padded(d, n.Length),
            P = Padded(p, half),
            Q = Padded(q, half),
            DP = Padded(dp, half),
            DQ = Padded(dq, half),
            InverseQ = Padded(qi, half),
        });
    }

    private static ECDsa? ReadEc(JsonElement jwk)
    {
        if (StrictJson.Text(jwk, "crv", 16) != "P-384" || Number(jwk, "x") is not { } x || Number(jwk, "y") is not { } y || Number(jwk, "d") is not { } d)
            return null;
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP384, Q = new ECPoint { X = Padded(x, 48), Y = Padded(y, 48) }, D = Padded(d, 48) });
    }

    private static string? Add(List<ClientSigningKey> keys, AsymmetricAlgorithm algorithm, string? id)
    {
        var (key, fault) = ClientSigningKey.Of(algorithm, id);
        if (key is not null)
            keys.Add(key);
        return fault;
    }

    /// <summary>A number without its leading zeros.</summary>
    private static byte[]? Number(JsonElement jwk, string name) =>
        StrictJson.Text(jwk, name, 2048) is { } text && StrictJson.Base64(text) is { } bytes ? [.. bytes.SkipWhile(b => b == 0)] : null;

    private static byte[] Padded(byte[] number, int length) => number.Length >= length ? number : [.. new byte[length - number.Length], .. number];
}
