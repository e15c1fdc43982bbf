using System.CommandLine;

namespace FhirGateway.Host.Commands;

/// <summary><c>why</c>: why something went to a participant, or did not.</summary>
internal static class WhyCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("why", "Says why a resource or event went to a participant, or did not: every condition of the release, with its evidence",
            "why bluebird-aco ExplanationOfBenefit/7f1c",
            "why bluebird-aco claims/17");
        var participant = new Argument<string>("PARTICIPANT");
        var subject = new Argument<string>("RESOURCE|EVENT") { Description = "Type/id as published or as its source named it, a published id, an event id, or STREAM/SEQUENCE" };
        command.Add(participant);
        command.Add(subject);
        return command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var to = gateway.Participant(parsed.GetRequiredValue(participant));
            var lines = await gateway.Engine.Why.ExplainAsync(to, parsed.GetRequiredValue(subject), cancellationToken);
            if (lines is null)
            {
                await session.Error.WriteLineAsync($"No resource and no event of {to.Id} is known by that name. Give Type/id, a published id, an event id, or STREAM/SEQUENCE.");
                return ExitCodes.Findings;
            }

            foreach (var line in lines)
                await session.Output.WriteLineAsync(line);
            return ExitCodes.Fine;
        });
    }
}
