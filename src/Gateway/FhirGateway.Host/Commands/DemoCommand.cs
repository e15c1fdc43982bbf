using System.CommandLine;
using FhirGateway.Host.Demo;
using FhirGateway.Simulation.Checks;
using Spectre.Console;

namespace FhirGateway.Host.Commands;

/// <summary><c>demo</c>: the whole thing on this machine, checked against the script of a simulated world.</summary>
internal static class DemoCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("demo", "Runs the whole job on this machine: a gateway, two payers, a hospital, two ACOs; exits 1 unless everything arrived where it belongs",
            "demo",
            "demo --people 2000 --seconds 30");
        var people = new Option<int>("--people") { Description = "People in the simulated world", HelpName = "N", DefaultValueFactory = _ => 500 };
        var seconds = new Option<int>("--seconds") { Description = "How long the hospital takes to send", HelpName = "N", DefaultValueFactory = _ => 45 };
        var seed = new Option<int>("--seed") { Description = "The same seed makes the same world", HelpName = "N", DefaultValueFactory = _ => 1 };
        var sabotage = new Option<Sabotage>("--sabotage") { Description = "Damage what arrived, to see that the check finds it", Hidden = true };
        people.Validators.Add(Range(people, 20, 100_000));
        seconds.Validators.Add(Range(seconds, 1, 3600));
        foreach (var option in new Option[] { people, seconds, seed, sabotage })
            command.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(session, new DemoOptions(
            parsed.GetValue(people), parsed.GetValue(seconds), parsed.GetValue(seed), parsed.GetValue(sabotage),
            !Console.IsErrorRedirected), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Session session, DemoOptions options, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("fhir-gateway-demo-").FullName;
        using var run = new DemoRun(options, session.Error, TimeProvider.System);
        var result = await run.RunAsync(directory, cancellationToken);
        DemoTable.Write(result, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(session.Output) }));
        if (!result.IsRight)
        {
            await session.Error.WriteLineAsync($"The data directory is kept: {directory}");
            return ExitCodes.Findings;
        }

        Directory.Delete(directory, recursive: true);
        return ExitCodes.Fine;
    }

    private static Action<System.CommandLine.Parsing.OptionResult> Range(Option<int> option, int least, int most) => result =>
    {
        if (result.GetValue(option) is var value && (value < least || value > most))
            result.AddError($"{option.Name} takes a whole number from {least} to {most}");
    };
}
