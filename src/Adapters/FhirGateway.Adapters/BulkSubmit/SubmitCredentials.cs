using System.Text.Json;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Identity;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// Tokens for a submission's manifest and files. The metadata that its sender points to are believed in one thing only: that they
/// name the token endpoint which is agreed for this source anyway. An assertion is never made for an endpoint out of a request (S-15).
/// </summary>
internal sealed class SubmitCredentials(EgressClient egress, SmartTokens tokens, string dataDirectory)
{
    private const int MostBytes = 256 * 1024;
    private const int MostServers = 4;

    /// <summary>What gives the token for URLs of the manifest's origin; else why there is none.</summary>
    public async Task<(CredentialProvider? Provider, ManifestFinding? Fault)> OfAsync(
        Source source, SubmittedManifest manifest, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        if (manifest.OAuthMetadataUrls.IsEmpty)
            return (null, null);
        try
        {
            if (await AgreedAsync(source, allowance, cancellationToken) is not { } agreed)
                return (null, new ManifestFinding(null, "login", "oauthMetadataUrl: no token endpoint is agreed for this source"));
            foreach (var url in manifest.OAuthMetadataUrls)
            {
                if (!(await EndpointsAsync(new Uri(url), allowance, cancellationToken)).Contains(agreed, StringComparer.Ordinal))
                    return (null, new ManifestFinding(null, "security", "oauthMetadataUrl: it names another token endpoint than the one that is agreed; no token was asked for"));
            }

            return (For(source, new Uri(manifest.Url)), null);
        }
        catch (EgressException e)
        {
            return (null, new ManifestFinding(null, e.IsTransient ? "transient" : "security", "oauthMetadataUrl: " + e.Message));
        }
    }

    /// <summary>The token endpoint that is configured, or that the source's own FHIR server names.</summary>
    private async Task<string?> AgreedAsync(Source source, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        if (source.Connection.TokenUrl is { } configured)
            return configured;
        if (source.Connection.FhirUrl is not { } fhir)
            return null;
        using var document = await GetAsync(new Uri(fhir + "/.well-known/smart-configuration"), allowance, cancellationToken);
        return document is null ? null : StrictJson.Text(document.RootElement, "token_endpoint", SubmitUrl.MostCharacters);
    }

    /// <summary>SMART configuration and RFC 8414 name the token endpoint; protected-resource metadata (RFC 9728) name authorisation servers that do.</summary>
    private async Task<IReadOnlyList<string>> EndpointsAsync(Uri url, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        using var document = await GetAsync(url, allowance, cancellationToken);
        if (document is null)
            return [];
        if (StrictJson.Text(document.RootElement, "token_endpoint", SubmitUrl.MostCharacters) is { } endpoint)
            return [endpoint];
        if (!document.RootElement.TryGetProperty("authorization_servers", out var servers) || servers.ValueKind != JsonValueKind.Array)
            return [];
        var found = new List<string>();
        foreach (var server in servers.EnumerateArray().Take(MostServers))
        {
            if (StrictJson.Text(server, SubmitUrl.MostCharacters) is not { } issuer || !EgressUrl.TryRead(issuer, out var at, out _) || !allowance.Allows(at))
                continue;
            // RFC 8414 section 3.1: the well-known part goes between host and path.
            var metadata = new Uri(at.GetLeftPart(UriPartial.Authority) + "/.well-known/oauth-authorization-server" + at.AbsolutePath.TrimEnd('/'));
            using var of = await GetAsync(metadata, allowance, cancellationToken);
            if (of is not null && StrictJson.Text(of.RootElement, "token_endpoint", SubmitUrl.MostCharacters) is { } named)
                found.Add(named);
        }

        return found;
    }

    private async Task<JsonDocument?> GetAsync(Uri url, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        var request = EgressRequest.Get(url) with { Headers = [new EgressHeader("Accept", "application/json")], Redirects = EgressRedirects.SameOrigin };
        await using var response = await egress.SendAsync(request, allowance, cancellationToken);
        return response.IsSuccess ? StrictJson.ReadObject(await response.ReadAsync(MostBytes, cancellationToken)) : null;
    }

    /// <summary>
    /// Tokens are bound to the origin of the source's FHIR server. Its files may lie at another origin of its own, which the
    /// operator named: for that origin, and no other, the token is bound anew.
    /// </summary>
    private CredentialProvider For(Source source, Uri manifest)
    {
        var at = EgressOrigin.Of(manifest);
        var connection = source.Connection.FhirUrl is null ? source.Connection with { FhirUrl = manifest.GetLeftPart(UriPartial.Authority) } : source.Connection;
        var home = tokens.For(new SmartClient(source.Id, connection, dataDirectory));
        var own = EgressOrigin.Of(new Uri(connection.FhirUrl!));
        return async (refused, cancellationToken) =>
        {
            var credential = await home(refused is null ? null : refused with { Origin = own }, cancellationToken);
            return credential with { Origin = at };
        };
    }
}
