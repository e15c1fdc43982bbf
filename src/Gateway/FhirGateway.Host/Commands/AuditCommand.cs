using System.CommandLine;

namespace FhirGateway.Host.Commands;

/// <summary><c>audit verify</c>: checks the audit log against its signed checkpoints.</summary>
internal static class AuditCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("audit", "The audit log");
        var verify = new Verb("verify", "Checks every record and the signed checkpoints, and says up to which record a truncation is excluded",
            "audit verify",
            "audit verify --checkpoint /mnt/worm/checkpoints");
        var checkpoint = new Option<string?>("--checkpoint") { Description = "File of checkpoints that was kept elsewhere [default: the gateway's own]", HelpName = "FILE" };
        verify.Add(checkpoint);
        command.Add(verify.Runs(session, makes: false, parsed => async (gateway, _) =>
        {
            var path = parsed.GetValue(checkpoint) is { } given ? session.PathOf(given) : null;
            if (path is not null)
                session.Open(path).Dispose();
            var found = gateway.Engine.VerifyAudit(path);
            await session.Output.WriteLineAsync($"records\t{found.Records}");
            await session.Output.WriteLineAsync($"root\t{found.Root}");
            await session.Output.WriteLineAsync($"checkpoints\t{found.Checkpoints}");
            await session.Output.WriteLineAsync($"truncation excluded up to\t{found.ExcludedUpTo}");
            foreach (var fault in found.Faults)
                await session.Output.WriteLineAsync($"fault\t{fault}");
            await session.Error.WriteLineAsync(found.Faults.IsEmpty ? "The audit log holds." : "The audit log does NOT hold.");
            return found.Faults.IsEmpty ? ExitCodes.Fine : ExitCodes.Findings;
        }));
        return command;
    }
}
