using System.Collections.Immutable;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Security;

/// <summary>What the application roles of an external token (<c>roles</c>) stand for here.</summary>
internal static class ExternalRoles
{
    /// <summary>Gives a client all scopes that it was added with.</summary>
    public static string Of(ClientRole role) => role switch
    {
        ClientRole.Source => "gateway.source",
        ClientRole.Participant => "gateway.participant",
        _ => "gateway.operator",
    };

    /// <summary>The scopes of a client under its application roles: all by the role's own name, else each that is named, and never more than it has.</summary>
    public static ImmutableArray<string> ScopesOf(Client client, IReadOnlyCollection<string> roles) =>
        roles.Contains(Of(client.Role)) ? client.Scopes : [.. client.Scopes.Where(roles.Contains)];
}
