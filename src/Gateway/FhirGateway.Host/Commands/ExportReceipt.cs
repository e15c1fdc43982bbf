using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Commands;

/// <summary>What is known of an export: what was asked, what came, what is missing, and what became of the lines.</summary>
internal sealed record ExportReceipt(string Job, string Source, string State)
{
    public string? Fault { get; init; }
    public PanelCounts? Panel { get; init; }
    public required IReadOnlyList<Exchange> Exchanges { get; init; }
    public required IReadOnlyList<string> Notes { get; init; }
    public required IReadOnlyList<Accepted> Submissions { get; init; }

    public static ExportReceipt Of(BulkJob job, string source, IReadOnlyList<Submission> submissions)
    {
        var detail = ExportJobs.Read(job);
        return new ExportReceipt(job.Id, source, job.State.ToString().ToLowerInvariant())
        {
            Fault = job.Fault,
            Panel = detail.Panel is { } participant ? new PanelCounts(participant, detail.Asked, detail.Matched, detail.Unmatched, detail.OptedOut) : null,
            Exchanges = [.. detail.Steps.Select(Of)],
            Notes = detail.Notes,
            Submissions = [.. submissions.Select(s => new Accepted(s.Id, s.State.ToString().ToLowerInvariant(), s.Counts))],
        };
    }

    private static Exchange Of(ExportStep step) => new(step.Kind.ToString().ToLowerInvariant(), step.IsDone)
    {
        Types = step.Types,
        Since = step.Since,
        Patients = step.Patients.IsEmpty ? null : step.Patients.Length,
        TransactionTime = step.TransactionTime,
        SecondsToManifest = step is { KickedOffAt: { } from, ManifestAt: { } at } ? Math.Round((at - from).TotalSeconds, 1) : null,
        Files = step.Files,
        Fetched = step.Fetched,
        Bytes = step.Bytes,
        Lines = step.Lines,
        Failures = [.. step.Failures.Select(f => new Failure(f.Type, f.File, f.Reason.ToString(), f.Detail))],
        MoreFailures = step.MoreFailures == 0 ? null : step.MoreFailures,
        ServerIssues = step.Issues.Count == 0 ? null : step.Issues,
        Dropped = step.Dropped,
        Submission = step.Submission,
    };

    /// <summary>Patients of a panel: asked about, found at the payer, not found, and found but opted out.</summary>
    internal sealed record PanelCounts(string Participant, int Asked, int Matched, int Unmatched, int OptedOut);

    /// <summary>One request to the source's server and what it brought.</summary>
    internal sealed record Exchange(string Kind, bool Done)
    {
        public required IReadOnlyList<string> Types { get; init; }
        public string? Since { get; init; }
        public int? Patients { get; init; }
        public string? TransactionTime { get; init; }
        public double? SecondsToManifest { get; init; }
        public int Files { get; init; }
        public int Fetched { get; init; }
        public long Bytes { get; init; }
        public long Lines { get; init; }
        public required IReadOnlyList<Failure> Failures { get; init; }
        public int? MoreFailures { get; init; }
        public IReadOnlyDictionary<string, long>? ServerIssues { get; init; }
        public required IReadOnlyList<string> Dropped { get; init; }
        public string? Submission { get; init; }
    }

    /// <summary>A file that could not be had.</summary>
    internal sealed record Failure(string? Type, string File, string Reason, string Detail);

    /// <summary>What was accepted, and what became of its lines.</summary>
    internal sealed record Accepted(string Submission, string State, SubmissionCounts Counts);
}
