using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FhirGateway.Adapters.Mllp;

/// <summary>Reads certificates from files: PEM, or PKCS #12 where a private key comes with them. Faults never repeat what a file holds.</summary>
public static class CertificateFile
{
    /// <summary>A certificate with its private key, followed by the intermediates to send along.</summary>
    /// <param name="content">PEM (certificate, intermediates, perhaps the key) or PKCS #12.</param>
    /// <param name="key">PEM of the private key; null where <paramref name="content"/> holds it.</param>
    /// <param name="password">Of the key or of the PKCS #12 file; null for none.</param>
    /// <exception cref="InvalidDataException">They are none, or do not belong together.</exception>
    public static X509Certificate2Collection ReadWithKey(byte[] content, byte[]? key, string? password)
    {
        var all = IsPem(content) ? ReadPem(content, key, password) : ReadPkcs12(content, password);
        var own = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new InvalidDataException("there is no private key that fits the certificate");
        var ordered = new X509Certificate2Collection { own };
        ordered.AddRange(all.Where(c => !ReferenceEquals(c, own)).ToArray());
        return ordered;
    }

    /// <summary>Certificates without keys.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static X509Certificate2Collection Read(byte[] content)
    {
        var all = new X509Certificate2Collection();
        try
        {
            if (IsPem(content))
                all.ImportFromPem(Encoding.ASCII.GetString(content));
            else
                all.Add(X509CertificateLoader.LoadCertificate(content));
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException("not a certificate in PEM or DER", e);
        }

        return all.Count > 0 ? all : throw new InvalidDataException("holds no certificate in PEM");
    }

    private static bool IsPem(byte[] content) => content.AsSpan().IndexOf("-----BEGIN"u8) >= 0;

    private static X509Certificate2Collection ReadPem(byte[] content, byte[]? key, string? password)
    {
        var text = Encoding.ASCII.GetString(content);
        var keyText = key is null ? text : Encoding.ASCII.GetString(key);
        try
        {
            using var paired = password is null ? X509Certificate2.CreateFromPem(text, keyText) : X509Certificate2.CreateFromEncryptedPem(text, keyText, password);
            var all = Read(content);
            // A key that is only in memory is no use to every platform's TLS; one that went through PKCS #12 is.
            var own = X509CertificateLoader.LoadPkcs12(paired.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
            all[0].Dispose();
            all[0] = own;
            return all;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException(password is null
                ? "the certificate and its private key cannot be read as PEM, or do not belong together"
                : "the certificate and its private key cannot be read as PEM with this password, or do not belong together", e);
        }
    }

    private static X509Certificate2Collection ReadPkcs12(byte[] content, string? password)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(content, password, X509KeyStorageFlags.Exportable);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException("neither PEM nor PKCS #12 that can be read with this password", e);
        }
    }
}
