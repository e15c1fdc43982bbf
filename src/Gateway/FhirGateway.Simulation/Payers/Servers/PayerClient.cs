namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>A client that a payer's server knows: by the keys of a JWKS, or by a secret.</summary>
public sealed record PayerClient
{
    public required string ClientId { get; init; }

    /// <summary>JWKS (RFC 7517) with the public keys of the client; null where it has a secret.</summary>
    public string? Jwks { get; init; }

    public string? Secret { get; init; }

    public override string ToString() => $"PayerClient({ClientId})";
}
