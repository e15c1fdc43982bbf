using System.Security.Claims;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Security;

/// <summary>Who calls: what the access token says, and nothing that a header or URL says.</summary>
/// <param name="Client">Id of the client.</param>
/// <param name="Role">On whose behalf.</param>
/// <param name="Owner">Id of its source or participant; null for an operator.</param>
public sealed record Caller(string Client, ClientRole Role, string? Owner)
{
    /// <summary>The caller of an authenticated request, or null.</summary>
    public static Caller? Of(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true } || user.FindFirstValue(AccessTokens.ClientIdClaim) is not { } client)
            return null;
        ClientRole? role = user.FindFirstValue(AccessTokens.RoleClaim) switch
        {
            "source" => ClientRole.Source,
            "participant" => ClientRole.Participant,
            "operator" => ClientRole.Operator,
            _ => null,
        };
        return role is { } known ? new Caller(client, known, user.FindFirstValue(AccessTokens.OrganizationClaim)) : null;
    }
}
