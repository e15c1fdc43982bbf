using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>Adds the items of one batch to the report of their file; the report is read and saved once per batch.</summary>
internal sealed class FileFindings(IStateTransaction state, Submission submission)
{
    private const string NoResource = "";
    private FileReport? report;
    private int file;

    public void Add(BulkItem item)
    {
        if (report is null || file != item.File)
        {
            Save();
            file = item.File;
            report = state.Submissions.ReportOf(submission.Id, file);
        }

        report = report with { Done = report.Done + 1 };
        if (item.Reason is { } reason)
            report = report with { Held = report.Held + 1, HeldByReason = report.HeldByReason.SetItem(reason, report.HeldByReason.GetValueOrDefault(reason) + 1) };
        if (item.Findings.IsEmpty)
            return;
        report = report with { WithIssues = report.WithIssues + 1 };
        for (var i = 0; i < item.Findings.Length; i++)
            Count(item, item.Findings[i], i < item.Expressions.Length ? item.Expressions[i] : "");
    }

    private static string ResourceOf(BulkItem item) =>
        item.Resource is { } r ? $"{r.Type}/{r.SourceId}" : item.Unchanged is { } same ? $"{same.Type}/{same.SourceId}" : NoResource;

    public void Save()
    {
        if (report is not null)
            state.Submissions.SaveReport(submission.Id, file, report);
        report = null;
    }

    private void Count(BulkItem item, KeyValuePair<string, int> finding, string expression)
    {
        var findings = report!.Findings;
        var key = findings.ContainsKey(finding.Key) || findings.Count < FileReport.MostFindings ? finding.Key : FileReport.Others;
        var sample = findings.GetValueOrDefault(key) ?? new FindingSample { Expression = key == FileReport.Others ? "" : expression };
        var places = sample.Places;
        if (places.Length < FindingSample.MostPlaces)
            places = places.Add(new FindingPlace(item.Line, ResourceOf(item)));
        report = report with { Findings = findings.SetItem(key, sample with { Count = sample.Count + finding.Value, Places = places }) };
    }
}
