using System.CommandLine;
using System.Text;
using FhirGateway.Contracts;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>stream</c>: a participant's stream as NDJSON. The read is audited like any other.</summary>
internal static class StreamCommand
{
    private const int PageSize = 500;

    public static Command Create(Session session)
    {
        var command = new Verb("stream", "Prints a stream of a participant as NDJSON",
            "stream bluebird-aco adt",
            "stream bluebird-aco claims --after 1200 --follow");
        var participant = new Argument<string>("PARTICIPANT");
        var stream = new Argument<string>("STREAM").AcceptOnlyFromAmong([.. StreamNames.All]);
        var after = new Option<long>("--after") { Description = "Only what comes after this sequence", HelpName = "SEQ" };
        after.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!long.TryParse(result.Tokens[0].Value, out var sequence) || sequence < 0))
                result.AddError("--after: a sequence, 0 or more");
        });
        var follow = new Option<bool>("--follow") { Description = "Goes on with what comes, until interrupted" };
        command.Add(participant);
        command.Add(stream);
        command.Add(after);
        command.Add(follow);
        return command.Runs(session, makes: false, parsed => (gateway, cancellationToken) => RunAsync(
            session, gateway.Engine, gateway.Participant(parsed.GetRequiredValue(participant)), parsed.GetRequiredValue(stream),
            parsed.GetValue(after), parsed.GetValue(follow), cancellationToken));
    }

    private static async Task<int> RunAsync(
        Session session, Engine engine, Participant participant, string stream, long after, bool follow, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var page = await engine.Exit.ReadAsync(participant, RunningGateway.Client, stream, after, PageSize, cancellationToken);
                foreach (var line in page.Lines)
                    await session.Output.WriteLineAsync(Encoding.UTF8.GetString(line.Span));
                after = page.Last;
                if (page.Lines.Count > 0)
                    continue;
                await session.Output.FlushAsync(cancellationToken);
                if (!follow)
                    return ExitCodes.Fine;
                if (!session.IsServed)
                    throw new VerbFault("Nothing can arrive while no gateway runs on this data directory: start ./gateway serve, and follow again.");
                await engine.Signals.WaitAsync(participant.Number, stream, after, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (follow)
        {
            // Interrupted: that is how following ends.
            return ExitCodes.Fine;
        }
    }
}
