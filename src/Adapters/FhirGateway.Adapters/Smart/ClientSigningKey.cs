using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.Smart;

/// <summary>One private key of ours, RSA or EC P-384, for one algorithm.</summary>
public sealed class ClientSigningKey : IDisposable
{
    private const int LeastRsaBits = 2048;
    private readonly RSA? rsa;
    private readonly ECDsa? ec;
    private readonly Lock gate = new();

    private ClientSigningKey(RSA? rsa, ECDsa? ec, string? id)
    {
        this.rsa = rsa;
        this.ec = ec;
        Id = id ?? Thumbprint();
    }

    /// <summary>Its <c>kid</c>: the one given, or its thumbprint (RFC 7638).</summary>
    public string Id { get; }

    /// <summary>RS384 or ES384.</summary>
    public string Algorithm => rsa is null ? ClientKey.Es384 : ClientKey.Rs384;

    /// <summary>Takes over the key; null with its reason where it cannot be used.</summary>
    internal static (ClientSigningKey? Key, string? Fault) Of(AsymmetricAlgorithm key, string? id)
    {
        var fault = key switch
        {
            RSA rsa when rsa.KeySize < LeastRsaBits => $"an RSA key has {LeastRsaBits} bits or more",
            ECDsa ec when ec.KeySize != 384 => "an EC key is on P-384",
            RSA or ECDsa => null,
            _ => "a key is RSA or EC P-384",
        };
        if (fault is null)
            return (new ClientSigningKey(key as RSA, key as ECDsa, id), null);
        key.Dispose();
        return (null, fault);
    }

    /// <summary>The signature as JWS has it (RFC 7518 sections 3.3 and 3.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (gate)
        {
            return rsa is not null
                ? rsa.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)
                : ec!.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    public void Dispose()
    {
        rsa?.Dispose();
        ec?.Dispose();
    }

    internal void WritePublic(Utf8JsonWriter w)
    {
        w.WriteStartObject();
        foreach (var (name, value) in Members())
            w.WriteString(name, value);
        w.WriteString("kid", Id);
        w.WriteString("use", "sig");
        w.WriteString("alg", Algorithm);
        w.WriteStartArray("key_ops");
        w.WriteStringValue("verify");
        w.WriteEndArray();
        w.WriteEndObject();
    }

    internal string ToPem() => rsa?.ExportPkcs8PrivateKeyPem() ?? ec!.ExportPkcs8PrivateKeyPem();

    /// <summary>The members that make the key, sorted by name as its thumbprint needs them.</summary>
    private (string Name, string Value)[] Members()
    {
        if (rsa is not null)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return [("e", Text(numbers.Exponent!)), ("kty", "RSA"), ("n", Text(numbers.Modulus!))];
        }

        var point = ec!.ExportParameters(includePrivateParameters: false).Q;
        return [("crv", "P-384"), ("kty", "EC"), ("x", Text(point.X!)), ("y", Text(point.Y!))];
    }

    private string Thumbprint() =>
        Text(SHA256.HashData(Encoding.UTF8.GetBytes("{" + string.Join(',', Members().Select(m => $"\"{m.Name}\":\"{m.Value}\"")) + "}")));

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
