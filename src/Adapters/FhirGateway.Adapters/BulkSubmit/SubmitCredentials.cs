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
    public async Task<CredentialReading> OfAsync(Source source, SubmittedManifest manifest, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        if (manifest.OAuthMetadataUrls.IsEmpty)
            return new CredentialReading(null, null);
        var (agreed, unknown) = await AgreedAsync(source, allowance, cancellationToken);
        if (unknown is not null)
            return Refused("the source's own metadata", unknown);
        if (agreed is null)
            return CredentialReading.Refused("login", "oauthMetadataUrl: no token endpoint is agreed for this source");
        foreach (var url in manifest.OAuthMetadataUrls)
        {
            var (endpoints, fault) = await EndpointsAsync(new Uri(url), allowance, cancellationToken);
            if (endpoints.Contains(agreed, StringComparer.Ordinal))
                continue;
            if (fault is not null)
                return Refused("oauthMetadataUrl", fault);
            return CredentialReading.Refused("security", endpoints.Count == 0
                ? "oauthMetadataUrl: it names no token endpoint; no token was asked for"
                : "oauthMetadataUrl: it names another token endpoint than the one that is agreed; no token was asked for");
        }

        return new CredentialReading(For(source, new Uri(manifest.Url)), null);
    }

    private static CredentialReading Refused(string what, PageReading fault) =>
        CredentialReading.Refused(fault.Fault!.Code, $"{what}: {fault.Fault.Text}") with { RetryAfter = fault.RetryAfter };

    /// <summary>The token endpoint that is configured, or that the source's own FHIR server names.</summary>
    private async Task<(string? Endpoint, PageReading? Fault)> AgreedAsync(Source source, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        if (source.Connection.TokenUrl is { } configured)
            return (configured, null);
        if (source.Connection.FhirUrl is not { } fhir)
            return (null, null);
        var (document, fault) = await GetAsync(new Uri(fhir + "/.well-known/smart-configuration"), allowance, cancellationToken);
        using (document)
            return (document is null ? null : StrictJson.Text(document.RootElement, "token_endpoint", SubmitUrl.MostCharacters), fault);
    }

    /// <summary>
    /// SMART configuration and RFC 8414 name the token endpoint; protected-resource metadata (RFC 9728) name authorisation servers
    /// that do. What could be learned, and the fault that kept more from being learned.
    /// </summary>
    private async Task<(IReadOnlyList<string> Endpoints, PageReading? Fault)> EndpointsAsync(Uri url, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        var (document, fault) = await GetAsync(url, allowance, cancellationToken);
        using (document)
        {
            if (document is null)
                return ([], fault);
            if (StrictJson.Text(document.RootElement, "token_endpoint", SubmitUrl.MostCharacters) is { } endpoint)
                return ([endpoint], null);
            return document.RootElement.TryGetProperty("authorization_servers", out var servers) && servers.ValueKind == JsonValueKind.Array
                ? await OfServersAsync(servers, allowance, cancellationToken)
                : ([], null);
        }
    }

    private async Task<(IReadOnlyList<string> Endpoints, PageReading? Fault)> OfServersAsync(JsonElement servers, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        PageReading? fault = null;
        foreach (var server in servers.EnumerateArray().Take(MostServers))
        {
            if (StrictJson.Text(server, SubmitUrl.MostCharacters) is not { } issuer || !EgressUrl.TryRead(issuer, out var at, out _) || !allowance.Allows(at))
                continue;
            // RFC 8414 section 3.1: the well-known part goes between host and path.
            var metadata = new Uri(at.GetLeftPart(UriPartial.Authority) + "/.well-known/oauth-authorization-server" + at.AbsolutePath.TrimEnd('/'));
            var (of, missed) = await GetAsync(metadata, allowance, cancellationToken);
            using (of)
            {
                if (of is not null && StrictJson.Text(of.RootElement, "token_endpoint", SubmitUrl.MostCharacters) is { } named)
                    found.Add(named);
            }

            // One that may be asked again says more than one that is not there.
            fault = fault?.RetryAfter is null ? missed ?? fault : fault;
        }

        // Where another server answered, one that is not there does not matter.
        return (found, found.Count > 0 && fault?.RetryAfter is null ? null : fault);
    }

    private async Task<(JsonDocument? Document, PageReading? Fault)> GetAsync(Uri url, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        try
        {
            var request = EgressRequest.Get(url) with { Headers = [new EgressHeader("Accept", "application/json")], Redirects = EgressRedirects.SameOrigin };
            await using var response = await egress.SendAsync(request, allowance, cancellationToken);
            if (!response.IsSuccess)
                return (null, PageReading.Failed(response));
            var document = StrictJson.ReadObject(await response.ReadAsync(MostBytes, cancellationToken));
            return (document, document is null ? PageReading.Failed("structure", $"{EgressUrl.Shown(url)}: it is no JSON object") : null);
        }
        catch (EgressException e)
        {
            return (null, PageReading.Failed(e));
        }
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
