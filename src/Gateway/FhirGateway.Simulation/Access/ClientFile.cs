using System.Security.Cryptography;
using System.Text.Json;

namespace FhirGateway.Simulation.Access;

/// <summary>
/// A client's credentials as <c>gateway client add --out</c> writes them: <c>{"client_id","token_endpoint","base_url","key":{JWK with d}}</c>,
/// optional <c>scope</c>. The key is EC P-384 (ES384) or RSA (RS384). Holds the private key: dispose it.
/// </summary>
public sealed class ClientFile : IDisposable
{
    private readonly AsymmetricAlgorithm key;

    private ClientFile(string clientId, Uri tokenEndpoint, Uri baseUrl, string? scope, string? keyId, AsymmetricAlgorithm key)
    {
        ClientId = clientId;
        TokenEndpoint = tokenEndpoint;
        BaseUrl = baseUrl;
        Scope = scope;
        KeyId = keyId;
        this.key = key;
    }

    public string ClientId { get; }
    public Uri TokenEndpoint { get; }

    /// <summary>Root of the gateway, ending in a slash.</summary>
    public Uri BaseUrl { get; }
    public string? Scope { get; }
    public string? KeyId { get; }

    /// <summary>ES384 or RS384.</summary>
    public string Algorithm => key is ECDsa ? "ES384" : "RS384";

    public static async Task<ClientFile> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        try
        {
            return Parse(bytes);
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException)
        {
            throw new FormatException($"Client file {path}: {e.Message}", e);
        }
    }

    /// <exception cref="FormatException">A member is missing or the key is of another kind.</exception>
    public static ClientFile Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (!root.TryGetProperty("key", out var jwk))
            throw new FormatException("'key' is missing");
        var baseUrl = Text(root, "base_url");
        return new ClientFile(
            Text(root, "client_id"),
            new Uri(Text(root, "token_endpoint"), UriKind.Absolute),
            new Uri(baseUrl.EndsWith('/') ? baseUrl : baseUrl + "/", UriKind.Absolute),
            root.TryGetProperty("scope", out var scope) ? scope.GetString() : null,
            jwk.TryGetProperty("kid", out var kid) ? kid.GetString() : null,
            ReadKey(jwk));
    }

    /// <summary>Signs as JWS wants it: fixed-size r and s for EC (RFC 7518 section 3.4), PKCS #1 for RSA (section 3.3), over SHA-384.</summary>
    internal byte[] Sign(byte[] data) => key switch
    {
        ECDsa ec => ec.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        _ => ((RSA)key).SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
    };

    private static AsymmetricAlgorithm ReadKey(JsonElement jwk)
    {
        switch (Text(jwk, "kty"))
        {
            case "EC" when Text(jwk, "crv") == "P-384":
                return ECDsa.Create(new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP384,
                    Q = new ECPoint { X = Number(jwk, "x"), Y = Number(jwk, "y") },
                    D = Number(jwk, "d"),
                });
            case "RSA":
                return RSA.Create(new RSAParameters
                {
                    Modulus = Number(jwk, "n"),
                    Exponent = Number(jwk, "e"),
                    D = Number(jwk, "d"),
                    P = Number(jwk, "p"),
                    Q = Number(jwk, "q"),
                    DP = Number(jwk, "dp"),
                    DQ = Number(jwk, "dq"),
                    InverseQ = Number(jwk, "qi"),
                });
            default:
                throw new FormatException("'key' is neither EC P-384 nor RSA");
        }
    }

    private static byte[] Number(JsonElement jwk, string name) => Base64Url.Decode(Text(jwk, name));

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new FormatException($"'{name}' is missing or not a string");

    public void Dispose() => key.Dispose();

    public override string ToString() => $"ClientFile {ClientId}";
}
