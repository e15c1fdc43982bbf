using Microsoft.Extensions.Logging.Console;

namespace FhirGateway.Host.Commands;

/// <summary>The configuration as files and environment give it, before anything on the command line.</summary>
internal static class Settings
{
    /// <summary>appsettings.json beside the program, then the environment (<c>Gateway__…</c>).</summary>
    public static IConfigurationRoot Configuration() => new ConfigurationBuilder()
        .SetBasePath(AppContext.BaseDirectory)
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables()
        .Build();

    public static GatewayOptions Load()
    {
        try
        {
            return Configuration().GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new VerbFault($"The configuration cannot be read: {e.Message}");
        }
    }

    /// <summary>Log messages go to standard error: standard output is for data.</summary>
    public static ILoggerFactory Logs(LogLevel least) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(least)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
