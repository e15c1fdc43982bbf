using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Adapters.Egress;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Tests.Egress;

/// <summary>Clients that retry at once, and certificates of our own.</summary>
internal static class EgressRig
{
    public static readonly EgressOptions Quick = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(1),
        BreakerLeastRequests = 10_000,
    };

    public static EgressClient Client(EgressOptions? options = null, TimeProvider? clock = null) =>
        new(options ?? Quick, clock ?? TimeProvider.System, NullLogger<EgressClient>.Instance);

    /// <summary>What an operator wrote down with <c>--allow</c>.</summary>
    public static EgressAllowance Allow(params string[] origins) => new("payer", [], [.. origins.Select(Origin)]);

    /// <summary>What follows from a source's own URLs.</summary>
    public static EgressAllowance Registered(params Uri[] urls) => new("payer", [.. urls.Select(EgressOrigin.Of)], []);

    public static EgressOrigin Origin(string text) => EgressOrigin.TryParse(text, out var origin) ? origin : throw new ArgumentException(text);

    public static async Task<EgressException> RefusedAsync(EgressClient client, EgressRequest request, EgressAllowance allowance) =>
        await Assert.ThrowsAsync<EgressException>(async () => await (await client.SendAsync(request, allowance, TestContext.Current.CancellationToken)).DisposeAsync());

    public static X509Certificate2 Certificate(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
