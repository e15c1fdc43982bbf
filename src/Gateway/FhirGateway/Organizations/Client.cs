using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>A program that may ask for access tokens with a key of its own (SMART Backend Services).</summary>
public sealed record Client
{
    /// <summary>Random, made by the gateway: "c-" and 16 hex digits.</summary>
    public required string Id { get; init; }
    public required ClientRole Role { get; init; }

    /// <summary>Id of the source or participant; null for an operator.</summary>
    public string? Owner { get; init; }

    /// <summary>
    /// Its public keys: a JSON Web Key Set (RFC 7517 section 5) without any private member; with <see cref="JwksUrl"/> the set last
    /// read there. Empty for one that was never read, and for a client of the external issuer.
    /// </summary>
    public required string Jwks { get; init; }

    /// <summary>Where it publishes its keys; null where the set was given.</summary>
    public string? JwksUrl { get; init; }

    /// <summary>Origin of <see cref="JwksUrl"/> if it may be plain HTTP or on a private address; null otherwise.</summary>
    public string? JwksAllow { get; init; }

    /// <summary>When <see cref="Jwks"/> was read at <see cref="JwksUrl"/>; null where it never was.</summary>
    public DateTimeOffset? JwksAt { get; init; }

    /// <summary>Its application or object id at the external issuer that makes its access tokens; null for a client with keys.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The most that it can be granted; a subset of the scopes of its role.</summary>
    public required ImmutableArray<string> Scopes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public override string ToString() => $"Client({Id}, {Role}, {Owner})";
}
