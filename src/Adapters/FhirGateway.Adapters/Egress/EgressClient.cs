using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Egress;

/// <summary>
/// The one way out of the gateway. It goes to allowed origins only, connects to addresses that it checked itself, follows no
/// redirect that was not asked for, takes no proxy and no cookie, and lets no credential across an origin.
/// </summary>
public sealed class EgressClient(EgressOptions options, TimeProvider clock, ILogger<EgressClient> log) : IDisposable
{
    /// <summary>Returns once the headers of the answer are there, whatever its status; throws <see cref="EgressException"/>.</summary>
    public Task<EgressResponse> SendAsync(EgressRequest request, EgressAllowance allowance, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{options}{clock}{log}");

    public void Dispose()
    {
    }
}
