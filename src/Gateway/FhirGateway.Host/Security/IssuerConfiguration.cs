using FhirGateway.Adapters.Identity;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace FhirGateway.Host.Security;

/// <summary>Hands the keys of the external issuer to the bearer handler, which asks for them with every token.</summary>
internal sealed class IssuerConfiguration(IssuerKeys keys, string issuer) : IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <exception cref="IOException">The provider cannot be reached, and no keys of it are known that are young enough.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        var known = await keys.GetAsync(cancel) ?? throw new IOException("the keys of the external issuer cannot be had");
        var configuration = new OpenIdConnectConfiguration { Issuer = issuer };
        foreach (var key in known)
            configuration.SigningKeys.Add(key);
        return configuration;
    }

    /// <summary>Nothing to do: an unknown key is looked for before its token is read, at most once a minute.</summary>
    public void RequestRefresh()
    {
    }
}
