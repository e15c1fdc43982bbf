using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FhirGateway.FeedHealth;

namespace FhirGateway.Host.Commands;

/// <summary><c>feed list|show|alerts</c>: how the feeds of sources do.</summary>
internal static class FeedCommand
{
    private const int PageSize = 500;
    private const int MostShown = 50;
    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    public static Command Create(Session session)
    {
        var command = new Verb("feed", "Sees how the HL7v2 feeds of sources do: rates, silence, volume, errors, unmatched people, unmapped codes");
        command.Add(List(session));
        command.Add(Show(session));
        command.Add(Alerts(session));
        return command;
    }

    private static Verb List(Session session)
    {
        var command = new Verb("list", "Lists the sources with a feed and their sending facilities; exit 1 where an alert is open", "feed list", "feed list --json");
        var json = Json();
        command.Add(json);
        command.Runs(session, makes: false, parsed => async (gateway, _) =>
        {
            var reports = gateway.Engine.Feeds.Report(gateway.Engine.Clock.GetUtcNow());
            if (parsed.GetValue(json))
            {
                foreach (var report in reports)
                    await session.Output.WriteLineAsync(JsonSerializer.Serialize(report with { PerHour = null, ThresholdMinutes = null }, FeedJson.Default.FeedReport));
            }
            else
            {
                await WriteAsync(session, reports);
            }

            return reports.Any(r => !r.Alerts.IsEmpty) ? ExitCodes.Findings : ExitCodes.Fine;
        });
        return command;
    }

    private static Verb Show(Session session)
    {
        var command = new Verb("show", "Shows all that is known of the feeds of one source", "feed show st-mary", "feed show st-mary --json");
        var source = new Argument<string>("SOURCE");
        var json = Json();
        command.Add(source);
        command.Add(json);
        command.Runs(session, makes: false, parsed => async (gateway, _) =>
        {
            var of = gateway.Source(parsed.GetRequiredValue(source));
            var report = FeedSourceReport.Of(gateway.Engine.Feeds, of.Number, of.Id, gateway.Engine.Clock.GetUtcNow());
            if (parsed.GetValue(json))
                await session.Output.WriteLineAsync(JsonSerializer.Serialize(report, FeedJson.Default.FeedSourceReport));
            else
                await WriteAsync(session, report);
            return report.Feeds.Any(r => !r.Alerts.IsEmpty) ? ExitCodes.Findings : ExitCodes.Fine;
        });
        return command;
    }

    private static Verb Alerts(Session session)
    {
        var command = new Verb("alerts", "Prints the operator's stream of alerts about feeds as NDJSON", "feed alerts", "feed alerts --after 12 --follow");
        var after = new Option<long>("--after") { Description = "Only what comes after this sequence", HelpName = "SEQ" };
        after.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) || sequence < 0))
                result.AddError("--after: a sequence, 0 or more");
        });
        var follow = new Option<bool>("--follow") { Description = "Goes on with what comes, until interrupted" };
        command.Add(after);
        command.Add(follow);
        command.Runs(session, makes: false, parsed => (gateway, cancellationToken) =>
            PrintAsync(session, gateway.Engine, parsed.GetValue(after), parsed.GetValue(follow), cancellationToken));
        return command;
    }

    private static async Task<int> PrintAsync(Session session, Engine engine, long after, bool follow, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var page = engine.Reader.FeedAlertsAfter(after, PageSize);
                foreach (var alert in page)
                    await session.Output.WriteLineAsync(JsonSerializer.Serialize(alert, FeedJson.Default.FeedAlert));
                after = page.Count == 0 ? after : page[^1].Sequence;
                if (page.Count > 0)
                    continue;
                await session.Output.FlushAsync(cancellationToken);
                if (!follow)
                    return ExitCodes.Fine;
                if (!session.IsServed)
                    throw new VerbFault("Nobody watches feeds while no gateway runs on this data directory: start ./gateway serve, and follow again.");
                await engine.FeedWatch.WaitAsync(after, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (follow)
        {
            // Interrupted: that is how following ends.
            return ExitCodes.Fine;
        }
    }

    private static Task WriteAsync(Session session, IEnumerable<FeedReport> reports) => TextTable.WriteAsync(session,
        ["source", "facility", "connections", "last-message", "5-min", "1-h", "today", "expected", "silent-after", "silence", "unmatched", "errors", "reused-ids", "alerts"],
        reports.Select(r => new[]
        {
            r.Source, r.Facility ?? "(all)", r.Facility is null ? Text(r.Connections) : "", Time(r.LastMessage), Text(r.LastFiveMinutes), Text(r.LastHour), Text(r.Today),
            r.IsLearned ? Text(r.ExpectedToday) : "learning", Span(r.SilentAfterMinutes), Share(r.Silence), Share(r.UnmatchedShare), Share(r.ErrorShare),
            Text(r.ReusedControlIds), string.Join(' ', r.Alerts),
        }));

    private static async Task WriteAsync(Session session, FeedSourceReport report)
    {
        await WriteAsync(session, report.Feeds);
        foreach (var (name, counts) in new[] { ("held", report.Held), ("refused", report.Refused), ("characters", report.Charsets) })
        {
            foreach (var count in counts)
                await session.Output.WriteLineAsync($"{name} {count.Value}: {Text(count.Number)}");
        }

        foreach (var (name, counts) in new[] { ("field", report.Fields), ("profile", report.Findings), ("unmapped", report.Codes) })
        {
            foreach (var count in counts.Take(MostShown))
                await session.Output.WriteLineAsync($"{name} {count.Location} {(count.Value.Length == 0 ? "(not shown)" : count.Value)}: {Text(count.Number)}, first {Time(count.First)}, last {Time(count.Last)}");
            if (counts.Count > MostShown)
                await session.Error.WriteLineAsync($"{counts.Count - MostShown} more of {name}: see --json");
        }

        if (report.Feeds is [{ ThresholdMinutes: { } thresholds }, ..])
        {
            await session.Output.WriteLineAsync("silence that is told, by the hour in which it begins (feed's zone, all facilities):");
            await TextTable.WriteAsync(session, ["day", .. Enumerable.Range(0, 8).Select(h => $"{h * 3:00}:00")],
                Days.Select((day, i) => new[] { day }.Concat(Enumerable.Range(0, 8).Select(h => Span(thresholds[(i * 24) + (h * 3)]))).ToArray()));
        }
    }

    private static Option<bool> Json() => new("--json") { Description = "As JSON" };

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Share(double? share) => share?.ToString("0.0 %", CultureInfo.InvariantCulture) ?? "";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Span(double? minutes) => minutes switch
    {
        null => "",
        < 120 => $"{Text(minutes)} min",
        < 2880 => $"{Text(Math.Round(minutes.Value / 60, 1))} h",
        _ => $"{Text(Math.Round(minutes.Value / 1440, 1))} d",
    };
}
