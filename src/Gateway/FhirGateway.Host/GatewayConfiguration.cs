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
    /// <param name="configuration">The raw configuration.</param>
    /// <param name="listens">Whether they are those of the process that listens: then its files are checked, too.</param>
    /// <exception cref="OptionsValidationException">Every fault at once.</exception>
    public static GatewayOptions Read(IConfiguration configuration, bool listens = false)
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
        List<string> faults = [.. result.Failures ?? [], .. listens ? GatewayOptionsValidator.FaultsOfFiles(options.Mllp) : []];
        return faults.Count > 0 ? throw new OptionsValidationException(GatewayOptions.Section, typeof(GatewayOptions), faults) : options;
    }
}
