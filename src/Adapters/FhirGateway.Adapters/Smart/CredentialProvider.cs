using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.Smart;

/// <summary>Gives a credential that is still good, and a new one if <paramref name="refused"/> is the one it would give; throws <see cref="SmartException"/>.</summary>
public delegate ValueTask<EgressCredential> CredentialProvider(EgressCredential? refused, CancellationToken cancellationToken);
