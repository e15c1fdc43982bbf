using System.CommandLine;
using System.Text.Json;
using FhirGateway.Journal;
using FhirGateway.Submissions;
using Spectre.Console;

namespace FhirGateway.Host.Commands;

/// <summary><c>import</c>: NDJSON files or folders as one submission.</summary>
internal static class ImportCommand
{
    private const int MostHeldShown = 20;
    private const int MostFindingsShown = 5;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public static Command Create(Session session)
    {
        var command = new Verb("import", "Takes NDJSON of FHIR resources (also gzip, also in a tar archive) as one submission, works it through to the streams, and prints the receipt",
            "import claims.ndjson patients.ndjson.gz --source acme-health",
            "import export-folder --source acme-health",
            "zcat big.ndjson.gz | ./gateway import - --source acme-health");
        var paths = new Argument<string[]>("PATH") { Description = "Files, or folders or tar archives with *.ndjson and *.ndjson.gz; - reads standard input", Arity = ArgumentArity.OneOrMore };
        var source = new Option<string>("--source") { Description = "Whose data it is", HelpName = "ID", Required = true };
        command.Add(paths);
        command.Add(source);
        return command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var of = gateway.Source(parsed.GetRequiredValue(source));
            var scratch = Directory.CreateTempSubdirectory("fhir-gateway-import-").FullName;
            SpooledFiles accepted;
            try
            {
                var files = ImportFiles.Find(session, parsed.GetRequiredValue(paths), scratch);
                accepted = await gateway.Engine.BulkIntake.AcceptAsync(of, RunningGateway.Client, ImportFiles.Uploads(files), cancellationToken);
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }

            await session.Error.WriteLineAsync($"Accepted as submission {accepted.Submission}: {accepted.Files.Count} files, {accepted.Files.Sum(f => f.Length)} bytes.");
            var submission = await WaitAsync(session, gateway.Engine, accepted.Submission, cancellationToken);
            return await ReportAsync(session, gateway.Engine, of.Id, accepted, submission);
        });
    }

    private static async Task<Submission> WaitAsync(Session session, Engine engine, string id, CancellationToken cancellationToken)
    {
        if (session is not { HasTerminal: true, IsServed: false })
            return await WaitAsync(engine, id, _ => { }, cancellationToken);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(session.Error) });
        return await console.Status().StartAsync("Working ...", status =>
            WaitAsync(engine, id, s => status.Status($"{s.Counts.Lines} lines, {s.Counts.Held} held, {s.Counts.Published} published"), cancellationToken));
    }

    private static async Task<Submission> WaitAsync(Engine engine, string id, Action<Submission> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var submission = await engine.Bulk.WaitAsync(id, Poll, cancellationToken);
            if (engine.Failed.IsFaulted)
                await engine.Failed;
            if (submission is { State: not (SubmissionState.Pending or SubmissionState.Withdrawing) })
                break;
            if (submission is not null)
                show(submission);
        }

        // Links that the import made or changed have people judged anew.
        await engine.SettleAsync(cancellationToken);
        return (await engine.Bulk.WaitAsync(id, TimeSpan.Zero, cancellationToken))!;
    }

    private static async Task<int> ReportAsync(Session session, Engine engine, string source, SpooledFiles accepted, Submission submission)
    {
        var held = engine.Reader.HeldOf(submission.Entry, MostHeldShown);
        var receipt = new ImportReceipt(
            submission.Id, source,
            [.. accepted.Files.Select(f => new ImportReceipt.File(f.Name, f.Length, f.Sha256))],
            submission.Counts,
            [.. held.Select(h => new ImportReceipt.HeldLine(accepted.Files[h.File].Name, h.Line, h.Reason, h.Detail))]);
        await session.Output.WriteLineAsync(JsonSerializer.Serialize(receipt, CommandJson.Default.ImportReceipt));
        if (submission.Counts.WithIssues > 0)
        {
            var most = submission.Counts.Findings.OrderByDescending(f => f.Value).Take(MostFindingsShown).Select(f => $"{f.Key} ({f.Value})");
            await session.Error.WriteLineAsync(
                $"{submission.Counts.WithIssues} of {submission.Counts.Lines} lines have findings, most often {string.Join(", ", most)}; see \"findings\" in the receipt, and validate for what to change.");
        }

        if (submission.Counts.Held == 0)
            return ExitCodes.Fine;
        await session.Error.WriteLineAsync($"{submission.Counts.Held} of {submission.Counts.Lines} lines are held (see \"held\" in the receipt); the others are in force.");
        return ExitCodes.Findings;
    }
}
