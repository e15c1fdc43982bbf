using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Adapters.Egress;

/// <summary>Limits of everything that leaves the gateway. The defaults are what production uses.</summary>
public sealed record EgressOptions
{
    /// <summary>1 s to 60 s: name, connection and TLS.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>1 s to 5 min: from sending to the headers of the answer, per attempt.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>1 to 256: answers of one origin open at a time, per owner.</summary>
    public int MostAtOnce { get; init; } = 16;

    /// <summary>0 to 10: how often a request that may be repeated is sent again.</summary>
    public int MostRetries { get; init; } = 3;

    /// <summary>Middle of the first pause before a retry; the next ones double, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests within <see cref="BreakerWindow"/> from which on half of them failing stops all for <see cref="BreakerPause"/>.</summary>
    public int BreakerLeastRequests { get; init; } = 20;
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Certificates to trust in place of the system's; null for the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>How a name becomes addresses: asked once per connection. Tests answer for a hostile name server here.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;
}
