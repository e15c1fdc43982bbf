using FhirGateway.Processing;
using FhirGateway.Quarantine;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Gathers what is known of a finished manifest, and writes it for its sender.</summary>
internal sealed class SubmitReports(BulkSubmitParts parts)
{
    /// <summary>Findings beyond this are in the operator's reports only: a status file is no copy of the data.</summary>
    private const int MostBytes = 16 << 20;
    private readonly ISubmissionEvidence evidence = parts.Evidence;
    private readonly SubmissionOutcomes outcomes = new(parts.Evidence);

    /// <summary>Writes the outcome file of a manifest that is processed or failed.</summary>
    public OutcomeFile Write(KeptSubmission kept, SubmittedManifest manifest)
    {
        var source = parts.Organizations.Value.SourceOf(kept.Job.Source);
        var dialect = SubmitDialects.Of(source.Connection.Dialect, kept.Submission.IsDraft);
        var writer = new ManifestOutcomeWriter();
        var submission = manifest.Submission is { } id ? evidence.Submission(id) : null;
        writer.Manifest(manifest, submission);
        if (submission is not null)
        {
            var reports = evidence.ReportsOf(submission.Id);
            for (var file = 0; file < submission.Files.Count; file++)
            {
                writer.File(submission.Files[file], reports.GetValueOrDefault(file));
                if (writer.Content.Length < MostBytes)
                    writer.Findings(outcomes, submission, file, dialect);
            }

            if (writer.Content.Length >= MostBytes)
                writer.CutShort();

            writer.Missing(evidence.MissingTargetsOf(submission.Id));
        }

        parts.Outcomes.Write(kept.Job.Id, manifest.Number, writer.Content);
        return writer.ToFile();
    }
}
