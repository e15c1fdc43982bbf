using System.Security.Claims;
using System.Security.Cryptography;
using FhirGateway.Organizations;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Adapters.Identity;

/// <summary>Issues the gateway's access tokens (RFC 9068, ES256) and says how to check them.</summary>
public sealed class AccessTokens
{
    public const string ClientIdClaim = "client_id";
    public const string RoleClaim = "role";
    public const string OrganizationClaim = "org";
    public const string ScopeClaim = "scope";
    private const string TokenType = "at+jwt";

    /// <summary>How long a token is good; SMART Backend Services asks for at most five minutes.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials credentials;
    private readonly string gateway;
    private readonly TimeProvider clock;

    public AccessTokens(TokenKey key, TimeProvider clock)
    {
        this.clock = clock;
        // The process-wide cache of signature providers would keep the key beyond its life.
        var securityKey = new ECDsaSecurityKey(key.Key) { KeyId = key.Id, CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
        credentials = new SigningCredentials(securityKey, SecurityAlgorithms.EcdsaSha256);
        gateway = IssuerOf(key);
        Validation = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [TokenType],
            ValidIssuer = gateway,
            ValidAudience = gateway,
            IssuerSigningKey = securityKey,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = IsInForce,
            NameClaimType = ClientIdClaim,
            RoleClaimType = RoleClaim,
        };
    }

    /// <summary>What a bearer token must fulfil: this gateway's own, in force by this clock, no other algorithm, type or key.</summary>
    public TokenValidationParameters Validation { get; }

    public string Issue(Client client, IEnumerable<string> scopes)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var identity = new ClaimsIdentity(ClaimsOf(client, scopes));
        identity.AddClaim(new Claim("sub", client.Id));
        identity.AddClaim(new Claim("jti", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))));
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = TokenType,
            Issuer = gateway,
            Audience = gateway,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Subject = identity,
            SigningCredentials = credentials,
        });
    }

    /// <summary>What a token says of its bearer: client, role, organisation and scopes.</summary>
    public static IEnumerable<Claim> ClaimsOf(Client client, IEnumerable<string> scopes)
    {
        yield return new Claim(ClientIdClaim, client.Id);
        yield return new Claim(RoleClaim, ClientRegistration.RoleName(client.Role));
        yield return new Claim(ScopeClaim, string.Join(' ', scopes));
        if (client.Owner is not null)
            yield return new Claim(OrganizationClaim, client.Owner);
    }

    /// <summary>The issuer of the tokens that a key signs.</summary>
    public static string IssuerOf(TokenKey key) => "urn:fhir-gateway:" + key.Id;

    // The clock that issued is the clock that checks: no skew but the second to which times are cut.
    private bool IsInForce(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end && (notBefore is null || notBefore <= now.AddSeconds(1));
    }
}
