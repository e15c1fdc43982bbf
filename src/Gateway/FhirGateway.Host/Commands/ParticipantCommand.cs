using System.CommandLine;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>participant add|set|list</c>: organisations that receive.</summary>
internal static class ParticipantCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("participant", "Organisations that receive: ACOs");
        var add = new Verb("add", "Adds a participant, or changes its name or NPI", "participant add bluebird-aco --name 'Bluebird ACO'");
        var id = new Argument<string>("ID") { Description = OrganizationId.Form };
        var name = new Option<string?>("--name") { Description = "Its name", HelpName = "TEXT" };
        add.Add(id);
        add.Add(name);
        var npi = new Option<string?>("--npi") { Description = "Its National Provider Identifier, under which it attests to payers that it treats a patient (Provider Access)", HelpName = "NPI" };
        add.Add(npi);
        command.Add(add.Runs(session, makes: true, parsed => async (gateway, cancellationToken) =>
        {
            var known = gateway.Engine.Organizations.Value.FindParticipant(parsed.GetRequiredValue(id));
            if (parsed.GetValue(npi) is { } given && !Npi.IsValid(given))
                throw new VerbFault($"--npi {given}: not an NPI: 10 digits that begin with 1 or 2, the last of them a check digit");
            var participant = (known ?? new Participant { Id = parsed.GetRequiredValue(id) }) with
            {
                Name = parsed.GetValue(name) ?? known?.Name,
                Npi = parsed.GetValue(npi) ?? known?.Npi,
            };
            if (await gateway.Engine.Registry.SaveAsync(participant, RunningGateway.Client, cancellationToken) is { } fault)
                throw new VerbFault(fault);
            await session.Error.WriteLineAsync(known is null ? $"Participant {participant.Id} is added." : $"Participant {participant.Id} was known already.");
            return ExitCodes.Fine;
        }));
        command.Add(ParticipantSetCommand.Create(session));
        command.Add(new Verb("list", "Lists the participants", "participant list").Runs(session, makes: false, _ => async (gateway, _) =>
        {
            await TextTable.WriteAsync(session, ["id", "name", "npi", "providers", "wants"],
                gateway.Engine.Organizations.Value.Participants.Select(p => new[] { p.Id, p.Name ?? "", p.Npi ?? "", $"{p.ProviderNpis.Length}", ParticipantSetCommand.Summary(p) }));
            return ExitCodes.Fine;
        }));
        return command;
    }
}
