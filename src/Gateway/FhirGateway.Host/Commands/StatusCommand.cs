using System.CommandLine;
using System.Text.Json;

namespace FhirGateway.Host.Commands;

/// <summary><c>status</c>: counts of what came in, is held and went out.</summary>
internal static class StatusCommand
{
    public static Command Create(Session session) =>
        new Verb("status", "Prints counts of what came in, is held and went out, as JSON", "status").Runs(session, makes: false, _ => async (gateway, _) =>
        {
            await session.Output.WriteLineAsync(JsonSerializer.Serialize(gateway.Engine.Reader.Status(), CommandJson.Default.GatewayStatus));
            return ExitCodes.Fine;
        });
}
