using FhirGateway.Host.Security;
using Microsoft.Extensions.Options;

namespace FhirGateway.Host;

/// <summary>Reads the configuration: appsettings.json beside the program, then in the working directory, then the environment, then the command line.</summary>
public static class GatewayConfiguration
{
    /// <summary>The raw configuration, for the sections that others read (Kafka).</summary>
    public static IConfiguration Load(IReadOnlyDictionary<string, string?>? overrides = null) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .AddInMemoryCollection(overrides ?? new Dictionary<string, string?>())
        .Build();

    /// <summary>Binds and checks the options.</summary>
    /// <exception cref="OptionsValidationException">Every fault at once.</exception>
    public static GatewayOptions Read(IConfiguration configuration)
    {
        var options = new GatewayOptions();
        try
        {
            configuration.GetSection(GatewayOptions.Section).Bind(options);
            // Where Microsoft.Identity.Web looks for it, and nowhere else.
            options.AzureAd = new ExternalIssuerOptions();
            configuration.GetSection(ExternalIssuerOptions.Section).Bind(options.AzureAd);
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(GatewayOptions.Section, typeof(GatewayOptions), [e.Message]);
        }

        var result = new GatewayOptionsValidator().Validate(null, options);
        return result.Failed ? throw new OptionsValidationException(GatewayOptions.Section, typeof(GatewayOptions), result.Failures) : options;
    }
}
