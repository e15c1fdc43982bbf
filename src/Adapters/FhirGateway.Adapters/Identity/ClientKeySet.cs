using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Adapters.Identity;

/// <summary>The public keys that a client registered (RFC 7517). Keys for other uses are passed over; a private key is refused.</summary>
internal sealed class ClientKeySet
{
    private const int MostBytes = 1024 * 1024;
    private const int MostKeys = 100;
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    private readonly FrozenDictionary<string, ClientKey> keys;

    private ClientKeySet(IReadOnlyCollection<ClientKey> keys) => this.keys = keys.ToFrozenDictionary(k => k.Id, StringComparer.Ordinal);

    public ClientKey? Find(string id) => keys.GetValueOrDefault(id);

    /// <summary>Reads a set; on false <paramref name="fault"/> says what is wrong with it, for the operator who registers it.</summary>
    public static bool TryRead(string jwks, out ClientKeySet? set, out string? fault)
    {
        set = null;
        var found = new List<ClientKey>();
        fault = Read(jwks, found);
        if (fault is null)
            set = new ClientKeySet(found);
        return fault is null;
    }

    private static string? Read(string jwks, List<ClientKey> keys)
    {
        if (Encoding.UTF8.GetByteCount(jwks) > MostBytes)
            return $"the key set is longer than {MostBytes} bytes";
        using var document = StrictJson.ReadObject(Encoding.UTF8.GetBytes(jwks));
        if (document is null)
            return "the key set is not a JSON object with distinct member names";
        if (!document.RootElement.TryGetProperty("keys", out var array) || array.ValueKind != JsonValueKind.Array)
            return "the key set has no array 'keys' (RFC 7517 section 5)";
        if (array.GetArrayLength() > MostKeys)
            return $"the key set has more than {MostKeys} keys";
        var index = 0;
        foreach (var jwk in array.EnumerateArray())
        {
            if (ReadKey(jwk, keys) is { } fault)
                return $"keys[{index}]: {fault}";
            index++;
        }

        return keys.Count == 0 ? "the key set has no signature key for RS384 (RSA) or ES384 (EC P-384)" : null;
    }

    private static string? ReadKey(JsonElement jwk, List<ClientKey> keys)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return "not an object";
        if (Array.Find(PrivateMembers, m => jwk.TryGetProperty(m, out _)) is { } member)
            return $"has the private member '{member}': register the public key only, and treat this key as compromised";
        if (IsForOtherUse(jwk))
            return null;
        var (key, fault) = StrictJson.Text(jwk, "kty", 16) switch
        {
            "RSA" => ReadRsa(jwk),
            "EC" => ReadEc(jwk),
            _ => (null, null),
        };
        if (key is null)
            return fault;
        if (StrictJson.Text(jwk, "alg", 16) is { } alg && alg != key.Algorithm)
            return null;
        if (key.Id.Length == 0)
            return "has no 'kid' of 1 to 255 characters";
        if (keys.Exists(k => k.Id == key.Id))
            return "repeats a 'kid'";
        keys.Add(key);
        return null;
    }

    private static bool IsForOtherUse(JsonElement jwk) =>
        (jwk.TryGetProperty("use", out var use) && (use.ValueKind != JsonValueKind.String || !use.ValueEquals("sig")))
        || (jwk.TryGetProperty("key_ops", out var ops)
            && (ops.ValueKind != JsonValueKind.Array || !ops.EnumerateArray().Any(o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify"))));

    private static (ClientKey? Key, string? Fault) ReadRsa(JsonElement jwk)
    {
        if (Number(jwk, "n") is not { } n || Number(jwk, "e") is not { } e)
            return (null, "'n' and 'e' of an RSA key are base64url numbers");
        var rsa = new RSAParameters { Modulus = [.. n.SkipWhile(b => b == 0)], Exponent = [.. e.SkipWhile(b => b == 0)] };
        var bits = rsa.Modulus.Length * 8;
        if (bits is < LeastRsaBits or > MostRsaBits)
            return (null, $"an RSA key has {LeastRsaBits} to {MostRsaBits} bits");
        if (rsa.Exponent.Length is 0 or > 4 || rsa.Exponent is [1] || (rsa.Exponent[^1] & 1) == 0)
            return (null, "the exponent 'e' of an RSA key is odd, above 1 and at most 4 bytes long");
        return Usable(new ClientKey(Kid(jwk), ClientKey.Rs384, rsa, default), () => RSA.Create(rsa).Dispose());
    }

    private static (ClientKey? Key, string? Fault) ReadEc(JsonElement jwk)
    {
        if (StrictJson.Text(jwk, "crv", 16) != "P-384")
            return (null, null);
        if (Number(jwk, "x") is not { Length: 48 } x || Number(jwk, "y") is not { Length: 48 } y)
            return (null, "'x' and 'y' of a P-384 key are 48 bytes in base64url");
        var ec = new ECParameters { Curve = ECCurve.NamedCurves.nistP384, Q = new ECPoint { X = x, Y = y } };
        return Usable(new ClientKey(Kid(jwk), ClientKey.Es384, default, ec), () => ECDsa.Create(ec).Dispose());
    }

    private static (ClientKey? Key, string? Fault) Usable(ClientKey key, Action import)
    {
        try
        {
            import();
            return (key, null);
        }
        catch (CryptographicException)
        {
            return (null, "its numbers are not a key (a point not on the curve, or an impossible modulus)");
        }
    }

    private static string Kid(JsonElement jwk) => StrictJson.Text(jwk, "kid", 255) ?? "";

    private static byte[]? Number(JsonElement jwk, string name) => StrictJson.Text(jwk, name, 2048) is { } text ? StrictJson.Base64(text) : null;
}
