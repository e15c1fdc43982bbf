using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Adapters.Mllp;

/// <summary>The TLS side of a listener: its own certificate, and whose certificates it takes. TLS 1.2 and 1.3, always with a certificate of the client.</summary>
/// <param name="certificate">The listener's own, with key and intermediates.</param>
/// <param name="senders">Says whose a client's certificate is.</param>
public sealed class MllpTls(WatchedFiles<SslStreamCertificateContext> certificate, SenderCertificates senders)
{
    /// <summary>Told of every connection that is refused: the source, if it is known by then, and a word of a fixed list. Must be cheap.</summary>
    public Action<string?, string>? OnRefused { get; set; }

    internal SenderCertificates Senders => senders;

    /// <summary>Reads the listener's certificate from its files.</summary>
    /// <param name="content">As <see cref="CertificateFile.ReadWithKey"/> takes it.</param>
    /// <param name="key">PEM of the private key; null where <paramref name="content"/> holds it.</param>
    /// <param name="password">Of the key; null for none.</param>
    public static SslStreamCertificateContext ReadCertificate(byte[] content, byte[]? key, string? password)
    {
        var all = CertificateFile.ReadWithKey(content, key, password);
        var intermediates = new X509Certificate2Collection(all.Skip(1).ToArray());
        return SslStreamCertificateContext.Create(all[0], intermediates, offline: true);
    }

    internal SslServerAuthenticationOptions Options(RemoteCertificateValidationCallback judge) => new()
    {
        ServerCertificateContext = certificate.Value,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        AllowRenegotiation = false,
        // A resumed session would bring a certificate that was judged another day.
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        // The chain is built by SenderCertificates; this one only must not go to the network.
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationFlags = X509VerificationFlags.AllFlags,
        },
        RemoteCertificateValidationCallback = judge,
    };
}
