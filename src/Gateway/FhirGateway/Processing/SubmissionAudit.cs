using FhirGateway.Audit;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>The audit record of a submission that was worked through or taken back.</summary>
internal static class SubmissionAudit
{
    public static AuditRecord Of(string source, Submission submission, string outcome) =>
        new(AuditKinds.Submission, SmallJson.Write((source, submission, outcome), static (json, f) =>
        {
            json.WriteString("source", f.source);
            json.WriteString("submission", f.submission.Id);
            if (f.submission.Job is { } job)
                json.WriteString("job", job);
            json.WriteString("outcome", f.outcome);
            json.WriteNumber("files", f.submission.Files.Count);
            json.WriteNumber("bytes", f.submission.Files.Sum(file => file.Length));
            json.WriteNumber("lines", f.submission.Counts.Lines);
            json.WriteNumber("stored", f.submission.Counts.Stored);
            json.WriteNumber("held", f.submission.Counts.Held);
            json.WriteNumber("published", f.submission.Counts.Published);
            json.WriteNumber("withdrawn", f.submission.Counts.Withdrawn);
        }));
}
