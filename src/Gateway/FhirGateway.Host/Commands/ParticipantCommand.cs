using System.CommandLine;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>participant add|list</c>: organisations that receive.</summary>
internal static class ParticipantCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("participant", "Organisations that receive: ACOs");
        var add = new Verb("add", "Adds a participant, or changes its name", "participant add bluebird-aco --name 'Bluebird ACO'");
        var id = new Argument<string>("ID") { Description = OrganizationId.Form };
        var name = new Option<string?>("--name") { Description = "Its name", HelpName = "TEXT" };
        add.Add(id);
        add.Add(name);
        command.Add(add.Runs(session, makes: true, parsed => async (gateway, cancellationToken) =>
        {
            var known = gateway.Engine.Organizations.Value.FindParticipant(parsed.GetRequiredValue(id));
            var participant = new Participant { Id = parsed.GetRequiredValue(id), Name = parsed.GetValue(name) ?? known?.Name };
            if (await gateway.Engine.Registry.SaveAsync(participant, RunningGateway.Client, cancellationToken) is { } fault)
                throw new VerbFault(fault);
            await session.Error.WriteLineAsync(known is null ? $"Participant {participant.Id} is added." : $"Participant {participant.Id} was known already.");
            return ExitCodes.Fine;
        }));
        command.Add(new Verb("list", "Lists the participants", "participant list").Runs(session, makes: false, _ => async (gateway, _) =>
        {
            await TextTable.WriteAsync(session, ["id", "name"], gateway.Engine.Organizations.Value.Participants.Select(p => new[] { p.Id, p.Name ?? "" }));
            return ExitCodes.Fine;
        }));
        return command;
    }
}
