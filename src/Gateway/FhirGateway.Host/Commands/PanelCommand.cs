using System.CommandLine;
using FhirGateway.Adapters.Csv;
using FhirGateway.Processing;

namespace FhirGateway.Host.Commands;

/// <summary><c>panel load</c>: a participant's own list of patients.</summary>
internal static class PanelCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("panel", "A participant's own list of patients; it opens ADT and clinical data, never a payer's claims");
        var load = new Verb("load", "Loads a panel: columns local_id, family, given, birth_date, sex, zip; optional mbi, phone",
            "panel load patients.csv --participant bluebird-aco --days 180");
        var file = TableInput.FileArgument();
        var participant = new Option<string>("--participant") { Description = "Whose list it is", HelpName = "ID", Required = true };
        var days = new Option<int>("--days") { Description = "Days for which the relationship is attested", HelpName = "N", DefaultValueFactory = _ => RosterIntake.DefaultPanelDays };
        days.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var given) || given is < 1 or > 3660))
                result.AddError("--days: a number from 1 to 3660");
        });
        var columns = TableInput.ColumnsOption();
        load.Add(file);
        load.Add(participant);
        load.Add(days);
        load.Add(columns);
        command.Add(load.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var owner = gateway.Participant(parsed.GetRequiredValue(participant));
            var read = await TableInput.ReadAsync(session, parsed.GetRequiredValue(file), RosterKind.Panel, parsed.GetValue(columns), cancellationToken);
            var report = await gateway.Engine.Rosters.LoadPanelAsync(owner, RunningGateway.Client, read.Rows, read.Rejected, parsed.GetValue(days), cancellationToken);
            return await TableInput.ReportAsync(session, gateway, report, cancellationToken);
        }));
        return command;
    }
}
