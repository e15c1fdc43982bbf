using System.Collections.Immutable;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Identity;

/// <summary>A client that an operator wants to add.</summary>
public sealed record ClientRequest
{
    public required ClientRole Role { get; init; }

    /// <summary>Id of its source or participant; null for an operator.</summary>
    public string? Owner { get; init; }

    /// <summary>Its public key set as JSON text; null to have a key pair made, or with one of the two below.</summary>
    public string? Jwks { get; init; }

    /// <summary>Where it publishes its public keys.</summary>
    public string? JwksUrl { get; init; }

    /// <summary>Origin of <see cref="JwksUrl"/>, to allow plain HTTP and private addresses there.</summary>
    public string? JwksAllow { get; init; }

    /// <summary>Its application or object id at the external issuer, which makes its access tokens.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Scopes that it may be granted; none given: all of its role.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Root URL of the gateway as the client will call it, for its CLIENT.json.</summary>
    public required Uri BaseUrl { get; init; }
}
