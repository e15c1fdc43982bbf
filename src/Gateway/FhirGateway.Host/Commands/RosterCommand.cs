using System.CommandLine;
using System.Text.Json;
using FhirGateway.Adapters.Csv;
using FhirGateway.Processing;

namespace FhirGateway.Host.Commands;

/// <summary><c>roster load</c>: whom a payer attributes to participants.</summary>
internal static class RosterCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("roster", "A payer's list of the members that it attributes to participants");
        var load = new Verb("load",
            "Loads a roster: columns member_id, family, given, birth_date, sex, zip, participant, start, end, local_id; optional contract, line_of_business, tin, npi, as_of, mbi, phone. "
            + "It replaces all of (payer, contract) unless --change is given",
            "roster load acme-2026-11.csv --source acme-health",
            "roster load new-members.csv --source acme-health --participant bluebird-aco --change",
            "roster load export.csv --source acme-health --columns acme-columns.json");
        var file = TableInput.FileArgument();
        var source = new Option<string>("--source") { Description = "The payer", HelpName = "PAYER", Required = true };
        var participant = new Option<string?>("--participant") { Description = "Participant of rows that name none", HelpName = "ID" };
        var columns = TableInput.ColumnsOption();
        var change = new Option<bool>("--change") { Description = "The file only adds and changes; nothing that it does not name ends" };
        var yes = new Option<bool>("--yes") { Description = "Go on even if more than 20 % of the attributions would end" };
        load.Add(file);
        foreach (var option in new Option[] { source, participant, columns, change, yes })
            load.Add(option);
        command.Add(load.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var payer = gateway.Source(parsed.GetRequiredValue(source));
            if (payer.Kind != FhirGateway.Organizations.SourceKind.Payer)
                throw new VerbFault($"Source '{payer.Id}' is no payer: only a payer has a roster; a participant's own list is loaded with ./gateway panel load");
            var options = new RosterOptions
            {
                Participant = parsed.GetValue(participant) is { } id ? gateway.Participant(id).Id : null,
                ChangesOnly = parsed.GetValue(change),
                Confirmed = parsed.GetValue(yes),
            };
            var read = await TableInput.ReadAsync(session, parsed.GetRequiredValue(file), RosterKind.Roster, parsed.GetValue(columns), cancellationToken);
            var report = await gateway.Engine.Rosters.LoadRosterAsync(payer, RunningGateway.Client, read.Rows, read.Rejected, options, cancellationToken);
            if (!report.NeedsConfirmation)
                return await TableInput.ReportAsync(session, gateway, report, cancellationToken);
            await session.Output.WriteLineAsync(JsonSerializer.Serialize(report, CommandJson.Default.RosterReport));
            await session.Error.WriteLineAsync(
                $"Nothing was done: {report.Dropped} attributions would end, more than 20 % of this payer's. If the file is complete, run this again with --yes; if it holds changes only, with --change.");
            return ExitCodes.Findings;
        }));
        return command;
    }
}
