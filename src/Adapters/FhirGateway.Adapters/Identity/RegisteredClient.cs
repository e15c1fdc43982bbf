using System.Diagnostics.CodeAnalysis;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Identity;

/// <summary>A client that was added, or why it was not.</summary>
public sealed record RegisteredClient
{
    public Client? Client { get; init; }

    /// <summary>
    /// The content of CLIENT.json: <c>client_id, role, organisation, token_endpoint, base_url</c> and, where the key pair was made
    /// here, <c>key</c>, the private JWK. It is nowhere else: write it with <see cref="OwnerOnlyFile"/>.
    /// </summary>
    public byte[]? ClientFile { get; init; }

    /// <summary>What is wrong with the request, for the operator; null where the client was added.</summary>
    public string? Fault { get; init; }

    [MemberNotNullWhen(true, nameof(Client), nameof(ClientFile))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsAdded => Client is not null;

    /// <summary>What the operator should know although the client was added; null for nothing.</summary>
    public string? Warning { get; init; }

    public override string ToString() => $"RegisteredClient({Client?.Id ?? Fault})";
}
