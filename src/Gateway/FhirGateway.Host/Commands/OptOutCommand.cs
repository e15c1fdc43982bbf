using System.CommandLine;
using FhirGateway.Adapters.Csv;

namespace FhirGateway.Host.Commands;

/// <summary><c>optout load</c>: opt-outs and their revocation.</summary>
internal static class OptOutCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("optout", "Opt-outs and their revocation");
        var load = new Verb("load",
            "Loads choices about a source's data: columns member_id; optional participant, status (opt-out or revoked), date, family, given, birth_date, sex, zip, mbi. "
            + "The latest wins; in force when this ends",
            "optout load choices.csv --source acme-health");
        var file = TableInput.FileArgument();
        var source = new Option<string>("--source") { Description = "Whose data the choices concern", HelpName = "ID", Required = true };
        var columns = TableInput.ColumnsOption();
        load.Add(file);
        load.Add(source);
        load.Add(columns);
        command.Add(load.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var of = gateway.Source(parsed.GetRequiredValue(source));
            var read = await TableInput.ReadAsync(session, parsed.GetRequiredValue(file), RosterKind.OptOut, parsed.GetValue(columns), cancellationToken);
            var report = await gateway.Engine.Rosters.LoadOptOutsAsync(of, RunningGateway.Client, read.Rows, read.Rejected, cancellationToken);
            return await TableInput.ReportAsync(session, gateway, report, cancellationToken);
        }));
        return command;
    }
}
