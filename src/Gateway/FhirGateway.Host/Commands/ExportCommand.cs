using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Commands;

/// <summary><c>export</c>: pulls a source's data by an <c>$export</c>.</summary>
internal static class ExportCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(2);

    public static Command Create(Session session)
    {
        var command = new Verb("export", "Pulls a source's data by a bulk $export, works it through to the streams, and prints the receipt. Where a gateway serves, it runs there: --wait waits for it",
            "export acme-health --wait",
            "export acme-health --full --type Patient,Coverage,ExplanationOfBenefit",
            "export acme-for-bluebird --panel bluebird-aco --wait");
        var id = new Argument<string>("SOURCE") { Description = "The source" };
        var full = new Option<bool>("--full") { Description = "Everything, not only what changed since the last export" };
        var since = new Option<string?>("--since") { Description = "What changed since this instant; what is remembered for the next export stays as it is", HelpName = "TIME" };
        var type = new Option<string[]>("--type") { Description = "Resource types [default: those of source set]", HelpName = "T,…", DefaultValueFactory = _ => [] };
        var panel = new Option<string?>("--panel") { Description = "Provider Access: the participant whose panel the payer is asked to match (dialect pdex)", HelpName = "PARTICIPANT" };
        var wait = new Option<bool>("--wait") { Description = "Waits until everything is in force" };
        command.Add(id);
        foreach (var option in new Option[] { full, since, type, panel, wait })
            command.Add(option);
        return command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var source = gateway.Source(parsed.GetRequiredValue(id));
            var detail = Detail(gateway, source, parsed.GetValue(panel)) with { IsFull = parsed.GetValue(full), Since = Instant(parsed.GetValue(since)) };
            if (parsed.GetValue(type) is { Length: > 0 } types)
                detail = detail with { Types = [.. types.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()] };
            if (detail.Types.FirstOrDefault(t => !SourceSetCommand.IsTypeName(t)) is { } wrong)
                throw new VerbFault($"--type {wrong}: not the name of a resource type");
            if (detail is { IsFull: true, Since: not null })
                throw new VerbFault("--full and --since exclude each other");
            return await RunAsync(session, gateway, source, detail, parsed.GetValue(wait), cancellationToken);
        });
    }

    private static ExportDetail Detail(RunningGateway gateway, Source source, string? panel)
    {
        if (source.Connection.FhirUrl is null)
            throw new VerbFault($"Source {source.Id} has no FHIR server: give it with ./gateway source set {source.Id} --fhir URL");
        var detail = ExportRunner.Standing(source);
        if (panel is null)
            return detail;
        var participant = gateway.Participant(panel);
        if (detail.Panel is null)
            throw new VerbFault($"--panel: source {source.Id} is not asked by Provider Access: ./gateway source set {source.Id} --dialect pdex --only-participant {participant.Id}");
        if (detail.Panel != participant.Id)
            throw new VerbFault($"--panel {participant.Id}: the data of source {source.Id} go to {detail.Panel} alone; another participant's panel needs a source of its own");
        return detail;
    }

    private static string? Instant(string? text)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffK", CultureInfo.InvariantCulture)
            : throw new VerbFault($"--since {text}: not an instant; write 2026-11-21T00:00:00Z");
    }

    private static async Task<int> RunAsync(
        Session session, RunningGateway gateway, Source source, ExportDetail detail, bool waits, CancellationToken cancellationToken)
    {
        // Alone on the data directory the verb does the work itself, to its end; a serving gateway goes on without it.
        var exports = gateway.Engine.Exports ?? gateway.Engine.StartExports(
            new Outbound(gateway.Engine.Clock, gateway.Engine.Logs), new ExportOptions(), onlySource: source, owns: true);
        var job = await exports.BeginAsync(source, detail, RunningGateway.Client, cancellationToken);
        if (job is null && !session.IsServed && await exports.InterruptedAsync(source, cancellationToken) is { } interrupted)
        {
            await session.Error.WriteLineAsync($"Export {interrupted.Id} of {source.Id} was interrupted and goes on.");
            job = interrupted;
        }
        else if (job is not null)
        {
            await session.Error.WriteLineAsync($"Export {job.Id} of {source.Id} has begun.");
        }
        else
        {
            throw new VerbFault($"Source {source.Id} has an export that is not over: see it with ./gateway submission list, end it with ./gateway submission cancel");
        }

        if (session.IsServed && !waits)
            return await ReportAsync(session, gateway, source, job.Id, cancellationToken);
        await WaitAsync(session, gateway, exports, job.Id, cancellationToken);
        // Links that the data made or changed have people judged anew.
        await gateway.Engine.SettleAsync(cancellationToken);
        return await ReportAsync(session, gateway, source, job.Id, cancellationToken);
    }

    private static async Task WaitAsync(Session session, RunningGateway gateway, ExportRunner exports, string job, CancellationToken cancellationToken)
    {
        var clock = gateway.Engine.Clock;
        var shown = "";
        var next = clock.GetUtcNow();
        while (await FindAsync(gateway, job, cancellationToken) is { State: BulkJobState.Running })
        {
            if (gateway.Engine.Failed.IsFaulted)
                await gateway.Engine.Failed;
            if (clock.GetUtcNow() >= next && exports.ProgressOf(job)?.ToString() is { } text && text != shown)
            {
                await session.Error.WriteLineAsync(text);
                shown = text;
                next = clock.GetUtcNow() + TellEvery;
            }

            await Task.Delay(Poll, clock, cancellationToken);
        }
    }

    private static async Task<int> ReportAsync(Session session, RunningGateway gateway, Source source, string id, CancellationToken cancellationToken)
    {
        var job = (await FindAsync(gateway, id, cancellationToken))!;
        var submissions = await gateway.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Submissions.OfJob(id), cancellationToken);
        var receipt = ExportReceipt.Of(job, source.Id, submissions);
        await session.Output.WriteLineAsync(JsonSerializer.Serialize(receipt, CommandJson.Default.ExportReceipt));
        if (job.Fault is { } fault)
            await session.Error.WriteLineAsync($"Export {id} failed: {fault}");
        var isWhole = receipt.Exchanges.All(e => e.Failures.Count == 0) && submissions.All(s => s.Counts.Held == 0);
        return job.State is BulkJobState.Running || (job.State == BulkJobState.Completed && isWhole) ? ExitCodes.Fine : ExitCodes.Findings;
    }

    private static Task<BulkJob?> FindAsync(RunningGateway gateway, string id, CancellationToken cancellationToken) =>
        gateway.Engine.Store.WriteAsync(StateLane.Messages, tx => tx.Jobs.Find(id), cancellationToken);
}
