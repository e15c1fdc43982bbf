using System.Globalization;
using Spectre.Console;

namespace FhirGateway.Host.Demo;

/// <summary>The table at the end of the demo.</summary>
internal static class DemoTable
{
    private const int MostFindings = 20;

    public static void Write(DemoResult result, IAnsiConsole console)
    {
        var status = result.Status;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("stage", "what", "count");
        table.AddRow("received", "HL7v2 messages answered AA", Count(result.Sent.Count(m => m.Code == "AA")));
        table.AddRow("", "submissions", Count(status.Submissions.Values.Sum()));
        table.AddRow("normalized", "resources and visits stored", Count(status.Resources));
        foreach (var (reason, count) in status.Held)
            table.AddRow("held", reason, Count(count));
        foreach (var (reason, count) in status.Withheld)
            table.AddRow("withheld", reason, Count(count));
        table.AddRow("matched", $"of {Count(status.SourceRecords)} patient records, linked", Count(status.Linked));
        table.AddRow("attributed", "persons with an attribution", Count(status.Attributed));
        table.AddEmptyRow();
        foreach (var stream in result.Report.Streams)
        {
            var published = status.Streams.FirstOrDefault(s => s.Participant == stream.Participant && s.Stream == stream.Stream)?.Events ?? 0;
            table.AddRow("published", $"{stream.Participant} {stream.Stream}: {Count(stream.Expected)} required, {Count(stream.Received)} received", Count(published));
        }

        table.AddEmptyRow();
        var latency = result.Report.AdtLatency;
        table.AddRow("latency", "AA to consumer, p50 / p99", $"{latency.P50.TotalMilliseconds:F0} / {latency.P99.TotalMilliseconds:F0} ms");
        table.AddRow("audit", result.AuditVerified ? "verified, records" : "NOT VERIFIED, records", Count(status.AuditRecords));
        console.Write(table);
        // Whole lines, however wide the terminal is.
        var lines = console.Profile.Out.Writer;
        foreach (var finding in result.Report.Findings.Take(MostFindings))
            lines.WriteLine($"{finding.Kind}: {finding.Participant} {finding.Stream}: {finding.Detail}");
        if (result.Report.Findings.Length > MostFindings)
            lines.WriteLine($"… and {result.Report.Findings.Length - MostFindings} more");
        if (!result.AuditVerified)
            lines.WriteLine(result.AuditText);
        lines.WriteLine(result.IsRight
            ? "Every required event arrived, once, in order, where it belongs, and nothing else did; the audit verifies."
            : "NOT as expected: " + result.Report);
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
