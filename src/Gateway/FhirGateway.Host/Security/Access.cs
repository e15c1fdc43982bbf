using System.Security.Claims;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Host.Security;

/// <summary>
/// Authentication by the gateway's own access tokens and, where configured, by those of the external issuer; and one policy per
/// scope. What has no policy needs a token all the same.
/// </summary>
internal static class Access
{
    private const string Any = "Any";
    private const string Own = "Gateway";
    private const string External = "External";
    private const string Prefix = "Bearer ";

    public static void AddAccess(this IServiceCollection services, ExternalIssuerOptions external)
    {
        var authentication = services.AddAuthentication(Any)
            .AddPolicyScheme(Any, null, o => o.ForwardDefaultSelector = http => external.IsOn && IsForeign(http) ? External : Own)
            .AddJwtBearer(Own);
        services.AddOptions<JwtBearerOptions>(Own).Configure<AccessTokens, TimeProvider>((bearer, tokens, clock) =>
        {
            Configure(bearer, clock);
            bearer.TokenValidationParameters = tokens.Validation;
            bearer.Events.OnTokenValidated = CheckClient;
        });
        if (external.IsOn)
        {
            authentication.AddJwtBearer(External);
            AddExternal(services, external);
        }

        var policies = services.AddAuthorizationBuilder();
        policies.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var role in Enum.GetValues<ClientRole>())
        {
            foreach (var scope in ClientScopes.OfRole(role))
                policies.AddPolicy(scope, p => p.RequireAuthenticatedUser().RequireAssertion(c => Has(c.User, role, scope)));
        }
    }

    private static void AddExternal(IServiceCollection services, ExternalIssuerOptions external)
    {
        services.AddSingleton(s => new IssuerKeys(
            s.GetRequiredService<Engine>().Egress, external.Authority, external.TenantId!, external.AllowedOrigin,
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>().CreateLogger<IssuerKeys>()));
        services.AddSingleton(s => new ExternalTokens(external, s.GetRequiredService<ClientDirectory>(), s.GetRequiredService<TimeProvider>()));
        services.AddOptions<JwtBearerOptions>(External).Configure<IssuerKeys, ExternalTokens, TimeProvider>((bearer, keys, tokens, clock) =>
        {
            Configure(bearer, clock);
            bearer.ConfigurationManager = new IssuerConfiguration(keys, external.Authority);
            bearer.TokenValidationParameters = tokens.Validation;
            bearer.Events.OnMessageReceived = context => keys.LookForAsync(Read(context.HttpContext)?.Kid, context.HttpContext.RequestAborted).AsTask();
            bearer.Events.OnTokenValidated = context =>
            {
                tokens.Judge(context);
                return context.Result is null ? CheckClient(context) : Task.CompletedTask;
            };
        });
    }

    private static void Configure(JwtBearerOptions bearer, TimeProvider clock)
    {
        bearer.MapInboundClaims = false;
        bearer.TimeProvider = clock;
        bearer.IncludeErrorDetails = false;
        bearer.Events = new JwtBearerEvents { OnChallenge = ChallengeAsync, OnForbidden = ForbidAsync };
    }

    // Which keys to hold a token against, no more: what it says is judged after its signature.
    private static bool IsForeign(HttpContext http) =>
        Read(http) is { } token && token.Issuer != AccessTokens.IssuerOf(http.RequestServices.GetRequiredService<TokenKey>());

    private static JsonWebToken? Read(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            return new JsonWebToken(header[Prefix.Length..].Trim());
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
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
        && ClientScopes.Includes(scopes, scope);

    private static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var hasToken = context.Request.Headers.Authorization.Count > 0;
        Refusals.Note(context.HttpContext, hasToken ? "invalid-token" : "no-token");
        context.Response.Headers.WWWAuthenticate = hasToken ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Outcomes.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, "login", "A valid access token is needed: see /fhir/.well-known/smart-configuration");
    }

    private static Task ForbidAsync(ForbiddenContext context)
    {
        Refusals.Note(context.HttpContext, "forbidden");
        return Outcomes.WriteAsync(context.HttpContext, StatusCodes.Status403Forbidden, "forbidden", "This client's role and scopes do not allow this");
    }
}
