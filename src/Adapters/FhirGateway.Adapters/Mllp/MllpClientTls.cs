using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Adapters.Mllp;

/// <summary>How a sender secures its connection.</summary>
public sealed record MllpClientTls
{
    /// <summary>Whose signature the listener's certificate must have; null for the authorities of this machine.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The sender's own certificate with its key, and intermediates to send along; null for none.</summary>
    public X509Certificate2Collection? Certificate { get; init; }

    internal SslClientAuthenticationOptions Options(string host) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateContext = Certificate is { Count: > 0 } own
            ? SslStreamCertificateContext.Create(own[0], new X509Certificate2Collection(own.Skip(1).ToArray()), offline: true)
            : null,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = Policy(),
    };

    private X509ChainPolicy? Policy()
    {
        if (Authorities is null)
            return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        return policy;
    }
}
