namespace FhirGateway.Host.Security;

/// <summary>
/// An OpenID provider whose access tokens are accepted beside the gateway's own, as Microsoft.Identity.Web reads section <c>AzureAd</c>.
/// Off while <see cref="TenantId"/> is not set.
/// </summary>
public sealed class ExternalIssuerOptions
{
    public const string Section = "AzureAd";

    /// <summary>Where the provider is; for Entra ID in its public cloud the default.</summary>
    public string Instance { get; set; } = "https://login.microsoftonline.com/";

    /// <summary>The one tenant whose tokens are accepted: its GUID. Null: no external tokens.</summary>
    public string? TenantId { get; set; }

    /// <summary>The application id of the gateway's own registration there.</summary>
    public string? ClientId { get; set; }

    /// <summary>The audience that tokens must name; null accepts <see cref="ClientId"/> and <c>api://</c> with it.</summary>
    public string? Audience { get; set; }

    /// <summary>The origin of <see cref="Instance"/>, to allow plain HTTP and private addresses there.</summary>
    public string? AllowedOrigin { get; set; }

    public bool IsOn => TenantId is not null;

    /// <summary>The audiences of which a token must name one and no other.</summary>
    internal IReadOnlyList<string> Audiences => Audience is { } one ? [one] : [ClientId!, "api://" + ClientId];

    /// <summary>The issuer of version 2 tokens, and root of its discovery document.</summary>
    internal string Authority => $"{Instance.TrimEnd('/')}/{TenantId}/v2.0";

    /// <summary>The issuers that tokens of the tenant name: by version 2, and by version 1, which an application has if it asks for nothing else.</summary>
    internal IReadOnlyList<string> Issuers => [Authority, $"https://sts.windows.net/{TenantId}/"];
}
