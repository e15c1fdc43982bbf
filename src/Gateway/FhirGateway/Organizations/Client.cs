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

    /// <summary>Its public keys: a JSON Web Key Set (RFC 7517 section 5) without any private member.</summary>
    public required string Jwks { get; init; }

    /// <summary>The most that it can be granted; a subset of the scopes of its role.</summary>
    public required ImmutableArray<string> Scopes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public override string ToString() => $"Client({Id}, {Role}, {Owner})";
}
