using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace FhirGateway.Host.Commands;

/// <summary>The configuration, with its faults said on the console, and the log of verbs.</summary>
internal static class Settings
{
    /// <summary>Reads and checks everything; the overrides come from the command line.</summary>
    /// <param name="overrides">Null for none.</param>
    /// <param name="listens">Whether this process listens.</param>
    /// <exception cref="VerbFault">All faults at once.</exception>
    public static GatewayOptions Read(IReadOnlyDictionary<string, string?>? overrides = null, bool listens = false)
    {
        try
        {
            return GatewayConfiguration.Read(GatewayConfiguration.Load(overrides), listens);
        }
        catch (OptionsValidationException e)
        {
            throw new VerbFault("The configuration cannot be used:\n  " + string.Join("\n  ", e.Failures));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new VerbFault($"The configuration cannot be read: {e.Message}");
        }
    }

    /// <summary>Log messages go to standard error: standard output is for data.</summary>
    public static ILoggerFactory Logs(LogLevel least) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(least)
        // A port in use is said once, in our words.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
