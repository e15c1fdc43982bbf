using System.Globalization;
using System.Security.Claims;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Host.Security;

/// <summary>
/// What an access token of the external issuer must fulfil: signed by it, of the one tenant, for this gateway and nobody else, in
/// force, for an application and not a person, and of a client that the operator added.
/// </summary>
internal sealed class ExternalTokens(ExternalIssuerOptions options, ClientDirectory clients, TimeProvider clock)
{
    private const long Skew = 60;

    /// <summary>Claims of id tokens (OpenID Connect Core 1.0, sections 2 and 3.3.2.11).</summary>
    private static readonly string[] IdTokenClaims = ["nonce", "at_hash", "c_hash"];

    /// <summary>How the signature, issuer, audience and time are judged.</summary>
    public TokenValidationParameters Validation => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        ValidTypes = ["JWT", "at+jwt"],
        IssuerValidator = (issuer, _, _) => options.Issuers.Contains(issuer, StringComparer.Ordinal) ? issuer : throw new SecurityTokenInvalidIssuerException("another issuer"),
        AudienceValidator = (audiences, _, _) => audiences.ToList() is [var only] && options.Audiences.Contains(only, StringComparer.Ordinal),
        LifetimeValidator = (notBefore, expires, _, _) => IsInForce(notBefore, expires),
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        TryAllIssuerSigningKeys = false,
        ValidateIssuerSigningKey = true,
    };

    /// <summary>Judges what is in a token whose signature holds, and says who its bearer is here.</summary>
    public void Judge(TokenValidatedContext context)
    {
        var token = context.Principal!;
        if (Fault(token) is { } fault)
        {
            context.Fail(fault);
            return;
        }

        var client = Client(token.FindFirstValue("azp") ?? token.FindFirstValue("appid")) ?? Client(token.FindFirstValue("oid"));
        if (client is null)
        {
            context.Fail("unknown client");
            return;
        }

        var scopes = ExternalRoles.ScopesOf(client, [.. token.FindAll("roles").Select(c => c.Value)]);
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity(AccessTokens.ClaimsOf(client, scopes), context.Scheme.Name, AccessTokens.ClientIdClaim, AccessTokens.RoleClaim));
    }

    private string? Fault(ClaimsPrincipal token)
    {
        if (token.FindAll("tid").ToList() is not [var tenant] || !tenant.Value.Equals(options.TenantId, StringComparison.OrdinalIgnoreCase))
            return "another tenant";
        // Entra ID writes typ=JWT into the header of every kind of token: what kind it is, its claims say.
        if (Array.Exists(IdTokenClaims, c => token.HasClaim(claim => claim.Type == c)) || token.HasClaim(c => c.Type == "typ" && c.Value is not "Bearer"))
            return "no access token";
        if (token.HasClaim(c => c.Type == "scp") || token.HasClaim(c => c.Type == "idtyp" && c.Value != "app"))
            return "a token of a person";
        var issued = token.FindFirstValue("iat");
        return issued is not null && (!long.TryParse(issued, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > clock.GetUtcNow().ToUnixTimeSeconds() + Skew)
            ? "issued in the future"
            : null;
    }

    private Client? Client(string? id) => id is null ? null : clients.FindExternal(id);

    private bool IsInForce(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end.AddSeconds(Skew) && (notBefore is null || notBefore <= now.AddSeconds(Skew));
    }
}
