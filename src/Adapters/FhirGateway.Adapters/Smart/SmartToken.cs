using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.Smart;

/// <summary>An access token for a source's FHIR server.</summary>
/// <param name="Credential">What goes into Authorization, bound to the origin of the source's FHIR server.</param>
/// <param name="RenewAt">From then on a new one is asked for.</param>
/// <param name="Granted">Scopes granted.</param>
/// <param name="Missing">Scopes asked for that no granted one covers; the server may leave data out.</param>
public sealed record SmartToken(EgressCredential Credential, DateTimeOffset RenewAt, ImmutableArray<string> Granted, ImmutableArray<string> Missing);
