using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Tests.Mllp;

/// <summary>Authorities and certificates, made for one test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly List<IDisposable> made = [];

    /// <param name="now">The day on which all is judged.</param>
    public TestCertificates(DateTimeOffset? now = null)
    {
        Now = now ?? TimeProvider.System.GetUtcNow();
        Authority = MakeAuthority("Hospital CA");
        Foreign = MakeAuthority("Foreign CA");
    }

    public DateTimeOffset Now { get; }
    public X509Certificate2 Authority { get; }

    /// <summary>An authority that nobody configured.</summary>
    public X509Certificate2 Foreign { get; }

    public X509Certificate2 MakeAuthority(string name, int depth = 0)
    {
        var key = Keep(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, depth == 0, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return Keep(request.CreateSelfSigned(Now.AddYears(-5), Now.AddYears(5)));
    }

    /// <summary>A certificate for a host, signed by an authority; self-signed where that is null.</summary>
    public X509Certificate2 Make(string host, X509Certificate2? authority, double fromDays = -1, double toDays = 30, ECDsa? key = null, bool forServer = false)
    {
        key ??= Keep(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var request = new CertificateRequest("CN=" + host, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        if (forServer)
            names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(forServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        var (from, to) = (Now.AddDays(fromDays), Now.AddDays(toDays));
        if (authority is null)
            return Exported(request.CreateSelfSigned(from, to));
        using var signed = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return Exported(whole);
    }

    /// <summary>An authority that may sign authorities, and from now on is the one in a file.</summary>
    public X509Certificate2 MakeRootFor(string file)
    {
        var root = MakeAuthority("Root CA", depth: 2);
        File.WriteAllText(file, root.ExportCertificatePem());
        return root;
    }

    public ECDsa MakeKey() => Keep(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>PEM of certificate and key, as a file for the gateway or a sender holds them.</summary>
    public static string Pem(X509Certificate2 certificate) =>
        certificate.ExportCertificatePem() + "\n" + KeyPem(certificate) + "\n";

    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public void Dispose() => made.ForEach(m => m.Dispose());

    private X509Certificate2 Exported(X509Certificate2 certificate) =>
        Keep(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable));

    private T Keep<T>(T one)
        where T : IDisposable
    {
        made.Add(one);
        return one;
    }
}
