using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Mllp;

/// <summary>
/// Says whose a certificate is. It must be valid today and named in the settings of one source, by its own hash, by that of its key
/// or, where authorities are configured, by a DNS name. Where they are, every certificate must lead to one of them besides. Nothing is
/// fetched over the network: a certificate is revoked by taking it out of the settings, which counts for open connections too.
/// </summary>
/// <param name="directory">Which source a certificate belongs to.</param>
/// <param name="authorities">Whose signatures count; null where pinned certificates alone are taken.</param>
/// <param name="clock">What day it is.</param>
public sealed class SenderCertificates(CurrentDirectory directory, WatchedFiles<X509Certificate2Collection>? authorities, TimeProvider clock)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>What the last verdict rests on: it holds until one of them is replaced, or the day is over.</summary>
    public (object Directory, object? Authorities) Ground => (directory.Value, authorities?.Value);

    public SenderVerdict Judge(SenderCertificate certificate)
    {
        if (OutOfTime(certificate) is { } time)
            return new SenderVerdict(null, time);
        var known = directory.Value;
        if (authorities?.Value is { } trusted && !LeadsTo(trusted, certificate))
            return new SenderVerdict(null, "untrusted-certificate");
        var pinned = certificate.Pins.Select(known.FindCertificate).FirstOrDefault(s => s is not null);
        if (pinned is not null)
            return new SenderVerdict(pinned.Id, null);
        if (authorities is null)
            return new SenderVerdict(null, "unknown-certificate");
        var named = certificate.Hosts.Select(known.FindCertificate).OfType<Source>().Select(s => s.Id).Distinct(StringComparer.Ordinal).ToList();
        // A certificate for the hosts of two sources does not say which of them is calling.
        return named.Count == 1 ? new SenderVerdict(named[0], null) : new SenderVerdict(null, "unknown-certificate");
    }

    /// <summary>Why a certificate does not count at this moment; null where it does.</summary>
    public string? OutOfTime(SenderCertificate certificate)
    {
        var now = clock.GetUtcNow();
        return now < certificate.NotBefore ? "certificate-not-yet-valid" : now > certificate.NotAfter ? "certificate-expired" : null;
    }

    private bool LeadsTo(X509Certificate2Collection trusted, SenderCertificate certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.ExtraStore.AddRange(certificate.Intermediates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new(ClientAuthentication));
        try
        {
            return chain.Build(certificate.Leaf);
        }
        catch (CryptographicException)
        {
            // What a stranger sends along can be anything; also while connections are looked at again.
            return false;
        }
    }
}
