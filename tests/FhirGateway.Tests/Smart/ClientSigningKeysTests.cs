using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Adapters.Identity;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Tests.Smart;

public sealed class ClientSigningKeysTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-keys-");

    [Fact]
    public void Keys_are_made_for_their_owner_only_never_over_others_and_only_public_members_are_shown()
    {
        var path = ClientSigningKeys.PathOf(folder.FullName, "payer-a");
        using var made = ClientSigningKeys.Create(path, withRsa: true);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        }

        Assert.Throws<IOException>(() => ClientSigningKeys.Create(path, withRsa: false));
        using var read = ClientSigningKeys.Read(path);
        Assert.Equal(made.PublicJwks(), read.PublicJwks());
        Assert.Equal(["ES384", "RS384"], read.Keys.Select(k => k.Algorithm));
        foreach (var key in JsonDocument.Parse(read.PublicJwks()).RootElement.GetProperty("keys").EnumerateArray())
        {
            Assert.DoesNotContain(key.EnumerateObject(), m => m.Name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "k");
            Assert.Equal("sig", key.GetProperty("use").GetString());
        }

        Assert.True(ClientKeySet.TryRead(read.PublicJwks(), out var set, out var fault), fault);
        var data = "data"u8.ToArray();
        Assert.All(read.Keys, k => Assert.True(set!.Find(k.Id)!.Verify(data, k.Sign(data))));
    }

    [Fact]
    public void Keys_of_others_tools_are_read_in_every_usual_form()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var e = ec.ExportParameters(true);
        var r = rsa.ExportParameters(true);
        var ecJwk = $$"""{"kty":"EC","crv":"P-384","kid":"k-1","x":"{{Url(e.Q.X)}}","y":"{{Url(e.Q.Y)}}","d":"{{Url(e.D)}}","key_ops":["sign"],"ext":true}""";
        var rsaJwk = $$"""{"kty":"RSA","n":"{{Url(r.Modulus)}}","e":"{{Url(r.Exponent)}}","d":"{{Url(r.D)}}","p":"{{Url(r.P)}}","q":"{{Url(r.Q)}}","dp":"{{Url(r.DP)}}","dq":"{{Url(r.DQ)}}","qi":"{{Url(r.InverseQ)}}"}""";
        var publicJwk = $$"""{"kty":"EC","crv":"P-384","kid":"k-2","x":"{{Url(e.Q.X)}}","y":"{{Url(e.Q.Y)}}"}""";
        foreach (var (content, algorithms) in new (string, string[])[]
        {
            (rsa.ExportPkcs8PrivateKeyPem(), ["RS384"]),
            (rsa.ExportRSAPrivateKeyPem(), ["RS384"]),
            (ec.ExportPkcs8PrivateKeyPem(), ["ES384"]),
            (ec.ExportECPrivateKeyPem(), ["ES384"]),
            ("notes\n" + ec.ExportSubjectPublicKeyInfoPem() + "\n" + ec.ExportECPrivateKeyPem() + "\r\n" + rsa.ExportPkcs8PrivateKeyPem(), ["ES384", "RS384"]),
            (ecJwk, ["ES384"]),
            ("\uFEFF \n" + rsaJwk, ["RS384"]),
            ($$"""{"keys":[{{publicJwk}},{{ecJwk}},{{rsaJwk}}]}""", ["ES384", "RS384"]),
        })
        {
            using var keys = ClientSigningKeys.Read(Write(content));
            Assert.Equal(algorithms, keys.Keys.Select(k => k.Algorithm));
            var data = "data"u8.ToArray();
            Assert.All(keys.Keys, k => Assert.True(k.Algorithm == "ES384"
                ? ec.VerifyData(data, k.Sign(data), HashAlgorithmName.SHA384)
                : rsa.VerifyData(data, k.Sign(data), HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)));
        }

        using var named = ClientSigningKeys.Read(Write(ecJwk));
        Assert.Equal("k-1", named.Keys[0].Id);
    }

    /// <summary>The example of RFC 7638 section 3.1 is an RSA key; its private half is not given, so the rule is checked on a key of ours.</summary>
    [Fact]
    public void A_key_without_name_is_named_by_its_thumbprint()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var q = ec.ExportParameters(false).Q;
        using var keys = ClientSigningKeys.Read(Write(ec.ExportPkcs8PrivateKeyPem()));
        var canonical = $$"""{"crv":"P-384","kty":"EC","x":"{{Url(q.X)}}","y":"{{Url(q.Y)}}"}""";
        Assert.Equal(Url(SHA256.HashData(Encoding.ASCII.GetBytes(canonical))), keys.Keys[0].Id);
    }

    [Fact]
    public void A_file_that_cannot_be_used_says_why_and_shows_nothing()
    {
        using var small = RSA.Create(1024);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var good = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var e = good.ExportParameters(true);
        var encrypted = good.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        foreach (var (content, says) in new (string, string)[]
        {
            ("", "no private key"),
            ("just text", "no private key"),
            (good.ExportSubjectPublicKeyInfoPem(), "no private key"),
            (encrypted, "encrypted"),
            (small.ExportPkcs8PrivateKeyPem(), "2048"),
            (p256.ExportPkcs8PrivateKeyPem(), "P-384"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no key"),
            ("{", "JSON"),
            ("{}", "'d'"),
            ("""{"keys":[]}""", "no private key"),
            ("""{"kty":"oct","k":"AA","d":"AA"}""", "RSA"),
            ($$"""{"kty":"EC","crv":"P-384","x":"{{Url(new byte[48])}}","y":"{{Url(e.Q.Y)}}","d":"{{Url(e.D)}}"}""", "no key"),
        })
        {
            var fault = Assert.Throws<SmartException>(() => ClientSigningKeys.Read(Write(content)));
            Assert.Equal(SmartFaultCode.NotConfigured, fault.Code);
            Assert.Contains(says, fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Url(e.D), fault.ToString(), StringComparison.Ordinal);
        }

        Assert.Throws<SmartException>(() => ClientSigningKeys.Read(folder.FullName));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static string Url(byte[]? bytes) => Base64Url.EncodeToString(bytes);

    private string Write(string content)
    {
        var path = Path.Combine(folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(path, content);
        return path;
    }
}
