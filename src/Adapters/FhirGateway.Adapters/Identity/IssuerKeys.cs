using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Adapters.Egress;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Adapters.Identity;

/// <summary>The signing keys of one tenant of an OpenID provider: discovered, kept, and looked up again when a token names an unknown one.</summary>
public sealed class IssuerKeys
{
    private const string Owner = "external-issuer";
    private const int LeastRsaBytes = 2048 / 8;
    private const int MostKeys = 100;
    private readonly KeyDocuments documents;
    private readonly Uri discovery;
    private readonly string issuer;
    private readonly string tenant;
    private readonly string? allow;
    private readonly RemoteValue<Set> keys;

    /// <param name="egress">The way to the provider.</param>
    /// <param name="issuer">The issuer, under which its discovery document lies (OpenID Connect Discovery 1.0, section 4).</param>
    /// <param name="tenant">Put in place of <c>{tenantid}</c> where the provider names the issuer of a key.</param>
    /// <param name="allow">The provider's origin, if it may be plain HTTP or private; null otherwise.</param>
    /// <param name="clock">Says when keys are old.</param>
    /// <param name="log">Gets failed fetches.</param>
    public IssuerKeys(EgressClient egress, string issuer, string tenant, string? allow, TimeProvider clock, ILogger<IssuerKeys> log)
    {
        documents = new KeyDocuments(egress);
        discovery = new Uri(issuer + "/.well-known/openid-configuration");
        (this.issuer, this.tenant, this.allow) = (issuer, tenant, allow);
        keys = new RemoteValue<Set>(Owner, FetchAsync, clock, log);
    }

    /// <summary>The keys in force, after a fetch if there was none or one is due; null where none can be had.</summary>
    public async ValueTask<ImmutableArray<SecurityKey>?> GetAsync(CancellationToken cancellationToken) =>
        (await keys.GetAsync(cancellationToken))?.Keys;

    /// <summary>Asks the provider again, at most once a minute, if a token names a key that is not known.</summary>
    public async ValueTask LookForAsync(string? keyId, CancellationToken cancellationToken)
    {
        var known = await keys.GetAsync(cancellationToken);
        if (keyId is not null && known?.Keys.Any(k => k.KeyId == keyId) == false)
            await keys.RenewAsync(cancellationToken);
    }

    private async Task<Fetched<Set>> FetchAsync(CancellationToken cancellationToken)
    {
        var described = await documents.ReadAsync(Owner, discovery, allow, cancellationToken);
        using var description = StrictJson.ReadObject(described.Value) ?? throw Bad(discovery, "no JSON object with distinct member names");
        if (StrictJson.Text(description.RootElement, "issuer", 1024) != issuer)
            throw Bad(discovery, "another issuer than configured");
        if (!EgressUrl.TryRead(StrictJson.Text(description.RootElement, "jwks_uri", EgressUrl.MostLength), out var url, out var fault))
            throw Bad(discovery, "its jwks_uri " + fault);
        if (EgressOrigin.Of(url) != EgressOrigin.Of(discovery))
            throw Bad(discovery, "its jwks_uri is of another origin");
        var published = await documents.ReadAsync(Owner, url, allow, cancellationToken);
        using var set = StrictJson.ReadObject(published.Value) ?? throw Bad(url, "no JSON object with distinct member names");
        if (!set.RootElement.TryGetProperty("keys", out var array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MostKeys)
            throw Bad(url, $"no array 'keys' of at most {MostKeys}");
        ImmutableArray<SecurityKey> found = [.. array.EnumerateArray().Select(KeyOf).OfType<SecurityKey>()];
        return found.IsEmpty ? throw Bad(url, "no key for RS256") : new Fetched<Set>(new Set(found), published.FreshFor);
    }

    private RsaSecurityKey? KeyOf(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || StrictJson.Text(jwk, "kty", 16) != "RSA" || StrictJson.Text(jwk, "kid", 255) is not { } id)
            return null;
        if (jwk.TryGetProperty("use", out var use) && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("sig")))
            return null;
        // A provider of many tenants says for which issuer a key signs.
        if (jwk.TryGetProperty("issuer", out var of) && StrictJson.Text(of, 1024)?.Replace("{tenantid}", tenant, StringComparison.Ordinal) != issuer)
            return null;
        var modulus = StrictJson.Text(jwk, "n", 2048) is { } n ? StrictJson.Base64(n) : null;
        var exponent = StrictJson.Text(jwk, "e", 16) is { } e ? StrictJson.Base64(e) : null;
        return modulus is { Length: >= LeastRsaBytes } && exponent is { Length: > 0 }
            ? new RsaSecurityKey(new System.Security.Cryptography.RSAParameters { Modulus = modulus, Exponent = exponent }) { KeyId = id }
            : null;
    }

    private static InvalidDataException Bad(Uri url, string what) => new($"{EgressUrl.Shown(url)}: {what}");

    private sealed record Set(ImmutableArray<SecurityKey> Keys);
}
