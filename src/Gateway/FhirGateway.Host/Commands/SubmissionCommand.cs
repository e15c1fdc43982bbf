using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Commands;

/// <summary><c>submission …</c>: see and steer bulk work.</summary>
internal static class SubmissionCommand
{
    private const int MostListed = 50;
    private const int MostFilesShown = 50;

    public static Command Create(Session session)
    {
        var command = new Verb("submission", "Sees and steers bulk work: submissions (s-…) and the jobs (j-…) that brought them");
        command.Add(List(session));
        command.Add(Show(session));
        command.Add(Figures(session));
        command.Add(Steer(session, "pause", "Stops the work for now; nothing is undone", (c, id, t) => c.PauseAsync(id, RunningGateway.Client, t)));
        command.Add(Steer(session, "resume", "Goes on with paused work", (c, id, t) => c.ResumeAsync(id, RunningGateway.Client, t)));
        command.Add(Steer(session, "cancel", "Ends the work; what is in force stays", (c, id, t) => c.CancelAsync(id, RunningGateway.Client, t)));
        command.Add(Steer(session, "rerun", "Works through the raw files again", (c, id, t) => c.RerunAsync(id, RunningGateway.Client, t)));
        return command;
    }

    private static Verb List(Session session)
    {
        var command = new Verb("list", "Lists the newest submissions and open jobs", "submission list", "submission list --source acme-health");
        var source = new Option<string?>("--source") { Description = "Only those of one source", HelpName = "ID" };
        var json = Json();
        command.Add(source);
        command.Add(json);
        command.Runs(session, makes: false, parsed => async (gateway, _) =>
        {
            var of = parsed.GetValue(source) is { } id ? gateway.Source(id).Number : (int?)null;
            var submissions = gateway.Engine.BulkReports.Newest(of, MostListed);
            if (parsed.GetValue(json))
            {
                foreach (var submission in submissions)
                    await session.Output.WriteLineAsync(JsonSerializer.Serialize(submission, CommandJson.Default.SubmissionReport).ReplaceLineEndings(""));
                return ExitCodes.Fine;
            }

            var jobs = gateway.Engine.BulkReports.NewestJobs(of, MostListed).Where(j => !submissions.Any(s => s.Job == j.Id));
            await TextTable.WriteAsync(session, ["id", "job", "source", "state", "accepted", "files", "lines", "held", "published"],
            [
                .. jobs.Select(j => new[] { j.Id, "", gateway.Engine.Organizations.Value.SourceOf(j.Source).Id, Name(j.State), Time(j.CreatedAt), "0", "", "", "" }),
                .. submissions.Select(s => new[] { s.Submission, s.Job ?? "", s.Source, s.State, Time(s.AcceptedAt), Number(s.Files.Count), Number(s.Counts.Lines), Number(s.Counts.Held), Number(s.Counts.Published) }),
            ]);
            return ExitCodes.Fine;
        });
        return command;
    }

    private static Verb Show(Session session)
    {
        var command = new Verb("show", "Shows progress, receipt and findings of a submission or a job", "submission show s-0123456789abcdef", "submission show j-0123456789abcdef --json");
        var id = Id();
        var json = Json();
        command.Add(id);
        command.Add(json);
        command.Runs(session, makes: false, parsed => async (gateway, _) =>
        {
            var named = parsed.GetRequiredValue(id);
            var reports = gateway.Engine.BulkReports;
            if (reports.Submission(named) is { } submission)
            {
                if (parsed.GetValue(json))
                    await session.Output.WriteLineAsync(JsonSerializer.Serialize(submission, CommandJson.Default.SubmissionReport));
                else
                    await WriteAsync(session, submission);
                return submission.Counts.Held > 0 ? ExitCodes.Findings : ExitCodes.Fine;
            }

            if (reports.Job(named) is not { } job)
                throw new VerbFault($"There is no submission or job {named}: see ./gateway submission list");
            if (parsed.GetValue(json))
            {
                await session.Output.WriteLineAsync(JsonSerializer.Serialize(job, CommandJson.Default.BulkJobReport));
            }
            else
            {
                await session.Output.WriteLineAsync($"{job.Job}: {job.Kind} of {job.Source}, {job.State}, since {Time(job.CreatedAt)}{(job.Fault is { } fault ? $": {fault}" : "")}");
                foreach (var of in job.Submissions)
                    await WriteAsync(session, of);
            }

            return job.Fault is not null || job.Submissions.Any(s => s.Counts.Held > 0) ? ExitCodes.Findings : ExitCodes.Fine;
        });
        return command;
    }

    private static Verb Figures(Session session)
    {
        var command = new Verb("figures", "Shows the service figures of each source", "submission figures", "submission figures acme-health --json");
        var source = new Argument<string?>("SOURCE") { Description = "Only those of one source", Arity = ArgumentArity.ZeroOrOne };
        var json = Json();
        command.Add(source);
        command.Add(json);
        command.Runs(session, makes: false, parsed => async (gateway, _) =>
        {
            var sources = parsed.GetValue(source) is { } id ? [gateway.Source(id)] : gateway.Engine.Organizations.Value.Sources.ToArray();
            var all = sources.Select(gateway.Engine.BulkReports.Source).ToList();
            if (parsed.GetValue(json))
            {
                foreach (var of in all)
                    await session.Output.WriteLineAsync(JsonSerializer.Serialize(of, CommandJson.Default.SourceReport).ReplaceLineEndings(""));
                return ExitCodes.Fine;
            }

            await TextTable.WriteAsync(session, ["source", "submissions", "lines", "lines/s", "held-share", "to-manifest-s", "age-s", "paid-through"], all.Select(r => new[]
            {
                r.Source, Number(r.Figures.Submissions), Number(r.Figures.Lines), Text(r.Figures.LinesPerSecond), Text(r.Figures.HeldShare),
                Text(r.Figures.TimeToManifestSeconds), Text(r.AgeSeconds), r.Figures.PaidThrough?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            }));
            return ExitCodes.Fine;
        });
        return command;
    }

    private static Verb Steer(Session session, string name, string description, Func<SubmissionControl, string, CancellationToken, Task<Steered>> steer)
    {
        var command = new Verb(name, description, $"submission {name} s-0123456789abcdef");
        var id = Id();
        command.Add(id);
        command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var steered = await steer(gateway.Engine.Submissions, parsed.GetRequiredValue(id), cancellationToken);
            if (!steered.IsDone)
                throw new VerbFault(steered.Text);
            await session.Error.WriteLineAsync(steered.Text);
            return ExitCodes.Fine;
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "Of a submission (s-…), or of a job (j-…) for all of its submissions" };

    private static Option<bool> Json() => new("--json") { Description = "As JSON" };

    private static async Task WriteAsync(Session session, SubmissionReport s)
    {
        var progress = s.KnownLines == 0 ? "" : $", {Number(s.Counts.Lines)} of {Number(s.KnownLines)}{(s.IsCounted ? "" : " or more")} lines";
        var rate = s.LinesPerSecond is { } perSecond ? $", {Text(perSecond)} lines/s" : "";
        var end = s.EstimatedEnd is { } at ? $", until about {Time(at)}" : "";
        await session.Output.WriteLineAsync($"{s.Submission}: {s.Source}, {s.State}{progress}{rate}{end}");
        await session.Output.WriteLineAsync($"accepted {Time(s.AcceptedAt)}{(s.Runs > 0 ? $", run again {s.Runs} times" : "")}{(s.Manifest is { } url ? $", manifest {url}" : "")}");
        var c = s.Counts;
        await session.Output.WriteLineAsync($"stored {c.Stored}, unchanged {c.Unchanged}, superseded {c.Superseded}, held {c.Held}, deleted {c.Deleted}, published {c.Published}, withdrawn {c.Withdrawn}, removed {c.Removed}, restored {c.Restored}");
        foreach (var (reason, count) in c.HeldByReason)
            await session.Output.WriteLineAsync($"held {reason}: {count}");
        foreach (var (finding, count) in c.Findings.OrderByDescending(f => f.Value))
            await session.Output.WriteLineAsync($"{finding}: {count}");
        foreach (var (type, count) in s.MissingTargets ?? new Dictionary<string, long>())
            await session.Output.WriteLineAsync($"references to a {type} that is not here: {count}");
        await TextTable.WriteAsync(session, ["file", "type", "bytes", "sha256", "lines", "promised", "done", "held"], s.Files.Take(MostFilesShown).Select(f => new[]
        {
            f.Name, f.IsDeletions ? "(deletions)" : f.Type ?? "", Number(f.Bytes), f.Sha256, f.Lines is { } lines ? Number(lines) : "", f.Promised is { } promised ? Number(promised) : "", Number(f.Done), Number(f.Held),
        }));
        if (s.Files.Count > MostFilesShown)
            await session.Error.WriteLineAsync($"{s.Files.Count - MostFilesShown} more files: see --json");
    }

    private static string Name(BulkJobState state) => state.ToString().ToLowerInvariant();

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
