using System.CommandLine;
using System.CommandLine.Help;

namespace FhirGateway.Host.Commands;

/// <summary>The verbs. Building and parsing them touches neither web server nor engine: help must come at once.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">The verb and its options.</param>
    /// <param name="session">Where it runs and whom it talks to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An exit code of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Session session, CancellationToken cancellationToken)
    {
        // Nothing asked: help, where messages go, and not a success.
        if (args.Length == 0)
        {
            await Build(session).Parse(["--help"]).InvokeAsync(new InvocationConfiguration { Output = session.Error }, cancellationToken);
            return ExitCodes.Usage;
        }

        var parsed = Build(session).Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var fault in parsed.Errors)
                await session.Error.WriteLineAsync(fault.Message);
            await session.Error.WriteLineAsync($"Help: ./gateway {PathOf(parsed.CommandResult.Command)}--help");
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(Configuration(session), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || !session.IsServed)
        {
            await session.Error.WriteLineAsync("Interrupted.");
            return ExitCodes.Findings;
        }
        catch (VerbFault e)
        {
            await session.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or HttpRequestException)
        {
            await session.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
    }

    private static RootCommand Build(Session session)
    {
        var root = new RootCommand("FHIR gateway: takes claims and ADT from payers and HIEs, and hands every participant what is its own.");
        root.Add(DemoCommand.Create(session));
        root.Add(ServeCommand.Create(session));
        root.Add(SourceCommand.Create(session));
        root.Add(ParticipantCommand.Create(session));
        root.Add(AgreementCommand.Create(session));
        root.Add(ClientCommand.Create(session));
        root.Add(TokenCommand.Create(session));
        root.Add(RosterCommand.Create(session));
        root.Add(PanelCommand.Create(session));
        root.Add(OptOutCommand.Create(session));
        root.Add(ImportCommand.Create(session));
        root.Add(ExportCommand.Create(session));
        root.Add(SubmissionCommand.Create(session));
        root.Add(MergeCommand.Create(session));
        root.Add(StreamCommand.Create(session));
        root.Add(ConvertCommand.Create(session));
        root.Add(ValidateCommand.Create(session));
        root.Add(NormalizeCommand.Create(session));
        root.Add(FhirPathCommand.Create(session));
        root.Add(PackageCommand.Create(session));
        root.Add(AdtCommand.Create(session));
        root.Add(FeedCommand.Create(session));
        root.Add(ReplayCommand.Create(session));
        root.Add(WhyCommand.Create(session));
        root.Add(AuditCommand.Create(session));
        root.Add(StatusCommand.Create(session));
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction usual } help)
                help.Action = new HelpWithExamples(usual);
        }

        return root;
    }

    private static InvocationConfiguration Configuration(Session session) => new()
    {
        Output = session.Output,
        Error = session.Error,
        EnableDefaultExceptionHandler = false,
        // The signals of a serving process are not for the verbs it runs for others.
        ProcessTerminationTimeout = session.IsServed ? null : ServeCommand.StopWithin,
    };

    private static string PathOf(Command command)
    {
        var path = "";
        for (var at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
            path = at.Name + " " + path;
        return path;
    }
}
