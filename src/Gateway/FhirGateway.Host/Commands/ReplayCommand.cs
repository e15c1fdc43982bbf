using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Host.Commands;

/// <summary><c>replay</c>: raw messages through the present settings again.</summary>
internal static class ReplayCommand
{
    private const int MostShown = 200;

    public static Command Create(Session session)
    {
        var command = new Verb("replay", "Takes the raw HL7v2 messages of a source through the present settings again; participants are told only what changes by it",
            "replay --source st-mary --from 2026-06-01 --dry-run",
            "replay --source st-mary --from 2026-06-01T06:00:00-05:00 --to 2026-06-02 --dry-run --show",
            "replay --source st-mary --from 2026-06-01");
        var source = new Option<string>("--source") { Description = "Whose messages", HelpName = "ID", Required = true };
        var from = new Option<string?>("--from") { Description = "Received at or after it: a day in the source's zone, or a time with offset [default: the first]", HelpName = "T" };
        var to = new Option<string?>("--to") { Description = "Received before it [default: the last]", HelpName = "T" };
        var dry = new Option<bool>("--dry-run") { Description = "Only says what would change" };
        var show = new Option<bool>("--show") { Description = "Names every visit and patient that changes, with the paths of the elements; no values" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        foreach (var option in new Option[] { source, from, to, dry, show, json })
            command.Add(option);
        return command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var of = gateway.Source(parsed.GetRequiredValue(source));
            var request = new ReplayRequest(
                of, Time("--from", parsed.GetValue(from), of), Time("--to", parsed.GetValue(to), of), parsed.GetValue(dry), RunningGateway.Client);
            if (request.From >= request.To)
                throw new VerbFault("--from is not before --to: no message can be between them");
            // What was acknowledged before the verb was given is part of the range.
            await gateway.Engine.DrainAsync(cancellationToken);
            var report = await gateway.Engine.Replay.RunAsync(request, session.ShowsProgress ? n => session.Error.Write($"\r{n} messages read") : null, cancellationToken);
            if (session.ShowsProgress)
                await session.Error.WriteLineAsync();
            await gateway.Engine.SettleAsync(cancellationToken);
            if (parsed.GetValue(json))
                await session.Output.WriteLineAsync(JsonSerializer.Serialize(parsed.GetValue(show) ? report : report with { Changes = [] }, CommandJson.Default.ReplayReport));
            else
                await WriteAsync(session, report, parsed.GetValue(show));
            return ExitCodes.Fine;
        });
    }

    private static DateTimeOffset? Time(string option, string? text, Source source)
    {
        if (text is null)
            return null;
        if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day, TimeZoneInfo.FindSystemTimeZoneById(source.TimeZone).GetUtcOffset(day));
        string[] forms = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mmzzz"];
        return DateTimeOffset.TryParseExact(text.EndsWith('Z') ? text[..^1] + "+00:00" : text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new VerbFault($"{option} {text}: neither a day such as 2026-06-01 nor a time with offset such as 2026-06-01T06:00:00-05:00");
    }

    private static async Task WriteAsync(Session session, ReplayReport report, bool show)
    {
        var would = report.IsDry ? "would be " : "";
        await session.Output.WriteLineAsync($"{report.Messages} messages of {report.Source} about {report.Visits} visits and {report.Patients} patients; {report.Released} that were held {would}released");
        foreach (var (reason, count) in report.Held)
            await session.Output.WriteLineAsync($"held {reason}: {count}");
        foreach (var (kind, count) in report.Outcomes)
            await session.Output.WriteLineAsync($"{kind}: {count}");
        foreach (var (path, count) in report.Paths.OrderByDescending(p => p.Value))
            await session.Output.WriteLineAsync($"{path}: {count}");
        await session.Output.WriteLineAsync($"{report.Published} events {would}published");
        if (!show)
            return;
        await TextTable.WriteAsync(session, ["resource", "messages", "change", "events", "paths"], report.Changes.Take(MostShown).Select(c => new[]
        {
            $"{c.Type}/{c.Id}", c.Messages.ToString(CultureInfo.InvariantCulture), c.Kind, c.Events.ToString(CultureInfo.InvariantCulture), string.Join(' ', c.Paths),
        }));
        if (report.Changes.Length > MostShown)
            await session.Error.WriteLineAsync($"{report.Changes.Length - MostShown} more: see --json");
    }
}
