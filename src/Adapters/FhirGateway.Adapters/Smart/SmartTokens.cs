using FhirGateway.Adapters.Egress;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Smart;

/// <summary>Gets, keeps and renews access tokens of SMART Backend Services (client credentials), one at a time per source.</summary>
public sealed class SmartTokens(EgressClient egress, TimeProvider clock, ILogger<SmartTokens> log)
{
    /// <summary>A token that is still good; throws <see cref="SmartException"/>.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="refused">A credential that the server just answered with 401: it is not given again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<SmartToken> GetAsync(SmartClient client, EgressCredential? refused, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{egress}{clock}{log}");

    /// <summary>The same as a port for downloads.</summary>
    public CredentialProvider For(SmartClient client) => async (refused, cancellationToken) => (await GetAsync(client, refused, cancellationToken)).Credential;
}
