using System.CommandLine;
using FhirGateway.Adapters.Identity;
using FhirGateway.Host.Control;

namespace FhirGateway.Host.Commands;

/// <summary>
/// Runs verbs on a data directory. One process owns it: where it is free, the verb takes it, does its work to the end and
/// gives it back; where a gateway serves it, the verb runs there; where another verb has it, this one waits.
/// </summary>
internal static class DataDirectory
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostWait = TimeSpan.FromMinutes(10);

    public static Option<string?> Option() => new("--data")
    {
        Description = "Data directory [default: Gateway__DataDirectory, else ./data]",
        HelpName = "DIR",
    };

    /// <summary>Makes a command run on the store.</summary>
    /// <param name="command">The command; it gets the option <c>--data</c>.</param>
    /// <param name="session">Where it runs.</param>
    /// <param name="makes">Whether it may make the directory; a verb that only reads must find one.</param>
    /// <param name="verb">What it does.</param>
    public static Command Runs(this Command command, Session session, bool makes, Func<ParseResult, StoreVerb> verb)
    {
        var option = Option();
        command.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(session, parsed.GetValue(option), makes, verb(parsed), cancellationToken));
        return command;
    }

    /// <summary>The directory that is meant, as a full path.</summary>
    public static string PathOf(Session session, string? given) => session.PathOf(given ?? Settings.Read().DataDirectory);

    /// <summary>Says what to do about a directory that is not there.</summary>
    public static void Check(string directory, bool makes)
    {
        if (Directory.Exists(directory))
            return;
        if (File.Exists(directory))
            throw new VerbFault($"The data directory {directory} is a file: choose a folder with --data");
        if (!makes)
            throw new VerbFault($"There is no data directory {directory}: choose one with --data, or begin with ./gateway serve or ./gateway source add");
        if (!Directory.Exists(Path.GetDirectoryName(directory)))
            throw new VerbFault($"The data directory {directory} cannot be made: its parent folder does not exist; make it first, or choose another with --data");
    }

    private static async Task<int> RunAsync(Session session, string? given, bool makes, StoreVerb verb, CancellationToken cancellationToken)
    {
        if (session.Gateway is { } serving)
            return await verb(serving, cancellationToken);
        var directory = PathOf(session, given);
        Check(directory, makes);
        var clock = TimeProvider.System;
        var since = clock.GetTimestamp();
        var told = false;
        while (true)
        {
            using (var owner = OwnerLock.TryTake(directory))
            {
                if (owner is not null)
                    return await RunHereAsync(directory, verb, cancellationToken);
            }

            if (await ForwardedVerb.RunAsync(directory, session, cancellationToken) is { } exit)
                return exit;
            if (!told && clock.GetElapsedTime(since) > TellAfter)
            {
                told = true;
                await session.Error.WriteLineAsync($"Waiting for {Holder(directory)}, which works on {directory} ...");
            }

            if (clock.GetElapsedTime(since) > MostWait)
                throw new VerbFault($"{Holder(directory)} still works on {directory} after {MostWait.TotalMinutes:0} minutes: try again when it has ended");
            await Task.Delay(RetryEvery, clock, cancellationToken);
        }
    }

    public static string Holder(string directory) => OwnerLock.HolderOf(directory) is { } pid ? $"process {pid}" : "another process";

    private static async Task<int> RunHereAsync(string directory, StoreVerb verb, CancellationToken cancellationToken)
    {
        using var logs = Settings.Logs(LogLevel.Error);
        await using var engine = await Engine.StartAsync(directory, Settings.Read().Audit.CheckpointPath, TimeProvider.System, logs, cancellationToken);
        var clients = new ClientDirectory(engine.Egress, engine.Store, engine.Clock, logs.CreateLogger<ClientDirectory>());
        await clients.LoadAsync(cancellationToken);
        var exit = await verb(new RunningGateway(engine, clients), cancellationToken);
        await engine.DrainAsync(cancellationToken);
        return exit;
    }
}
