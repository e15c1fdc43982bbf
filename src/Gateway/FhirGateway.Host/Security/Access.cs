using System.Security.Claims;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace FhirGateway.Host.Security;

/// <summary>Authentication by the gateway's own access tokens, and one policy per scope. What has no policy needs a token all the same.</summary>
internal static class Access
{
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<AccessTokens, TimeProvider>((bearer, tokens, clock) =>
        {
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = tokens.Validation;
            bearer.TimeProvider = clock;
            bearer.IncludeErrorDetails = false;
            bearer.Events = new JwtBearerEvents { OnTokenValidated = CheckClient, OnChallenge = ChallengeAsync, OnForbidden = ForbidAsync };
        });
        var policies = services.AddAuthorizationBuilder();
        policies.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var role in Enum.GetValues<ClientRole>())
        {
            foreach (var scope in ClientScopes.OfRole(role))
                policies.AddPolicy(scope, p => p.RequireAuthenticatedUser().RequireAssertion(c => Has(c.User, role, scope)));
        }
    }

    // A token outlives nothing: the client and its organisation must still be there.
    private static Task CheckClient(TokenValidatedContext context)
    {
        var services = context.HttpContext.RequestServices;
        var organizations = services.GetRequiredService<CurrentDirectory>().Value;
        var caller = Caller.Of(context.Principal!);
        var client = caller is null ? null : services.GetRequiredService<ClientDirectory>().Find(caller.Client);
        var isKnown = client is not null && client.Role == caller!.Role && client.Owner == caller.Owner && client.Role switch
        {
            ClientRole.Source => organizations.FindSource(client.Owner!) is not null,
            ClientRole.Participant => organizations.FindParticipant(client.Owner!) is not null,
            _ => true,
        };
        if (!isKnown)
            context.Fail("unknown client");
        return Task.CompletedTask;
    }

    private static bool Has(ClaimsPrincipal user, ClientRole role, string scope) =>
        Caller.Of(user)?.Role == role && user.FindFirstValue(AccessTokens.ScopeClaim) is { } scopes
        && scopes.Split(' ').Contains(scope, StringComparer.Ordinal);

    private static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var hasToken = context.Request.Headers.Authorization.Count > 0;
        Refusals.Note(context.HttpContext, hasToken ? "invalid-token" : "no-token");
        context.Response.Headers.WWWAuthenticate = hasToken ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Outcomes.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, "login", "A valid access token of this gateway is needed: see /fhir/.well-known/smart-configuration");
    }

    private static Task ForbidAsync(ForbiddenContext context)
    {
        Refusals.Note(context.HttpContext, "forbidden");
        return Outcomes.WriteAsync(context.HttpContext, StatusCodes.Status403Forbidden, "forbidden", "This client's role and scopes do not allow this");
    }
}
