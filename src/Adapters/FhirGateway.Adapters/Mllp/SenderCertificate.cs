using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Mllp;

/// <summary>The certificate that a peer proved to hold, with what it sent along to lead to an authority.</summary>
public sealed class SenderCertificate
{
    private const int MostNames = 100;

    /// <param name="certificate">As the handshake gave it; only its bytes are kept.</param>
    /// <param name="sentAlong">Further certificates of the peer.</param>
    public SenderCertificate(X509Certificate certificate, IEnumerable<X509Certificate2> sentAlong)
    {
        Leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        Intermediates = [.. sentAlong.Select(c => X509CertificateLoader.LoadCertificate(c.RawDataMemory.Span))];
        Pins = PinsOf(Leaf);
        Hosts = HostsOf(Leaf);
        NotBefore = new DateTimeOffset(Leaf.NotBefore.ToUniversalTime());
        NotAfter = new DateTimeOffset(Leaf.NotAfter.ToUniversalTime());
    }

    public X509Certificate2 Leaf { get; }
    public X509Certificate2Collection Intermediates { get; }

    /// <summary>Its names that nobody has to vouch for: the hashes of the certificate and of its key.</summary>
    public ImmutableArray<string> Pins { get; }

    /// <summary>Its DNS names, which are worth what the authority that signed them is worth.</summary>
    public ImmutableArray<string> Hosts { get; }
    public DateTimeOffset NotBefore { get; }
    public DateTimeOffset NotAfter { get; }

    /// <summary>The hashes of a certificate and of its key, as names.</summary>
    public static ImmutableArray<string> PinsOf(X509Certificate2 certificate) =>
    [
        CertificateName.OfCertificate + Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span)),
        CertificateName.OfKey + Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())),
    ];

    private static ImmutableArray<string> HostsOf(X509Certificate2 certificate)
    {
        try
        {
            return
            [
                .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames()).Take(MostNames)
                    .Select(n => CertificateName.Parse(CertificateName.OfHost + n)).OfType<string>().Distinct(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            // Names that cannot be read are no names.
            return [];
        }
    }

    public override string ToString() => $"SenderCertificate({Pins[0]})";
}
