using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Gathers what is known of a finished manifest, and writes it for its sender.</summary>
internal sealed class SubmitReports(BulkSubmitParts parts)
{
    /// <summary>Writes the outcome file of a manifest that is processed or failed.</summary>
    public async Task<OutcomeFile> WriteAsync(KeptSubmission kept, SubmittedManifest manifest, CancellationToken cancellationToken)
    {
        var source = parts.Organizations.Value.SourceOf(kept.Job.Source);
        using var writer = new ManifestOutcomeWriter(SubmitDialects.Of(source.Connection.Dialect, kept.Submission.IsDraft), manifest.FhirBaseUrl);
        var submission = manifest.Submission is { } id
            ? await parts.Store.WriteAsync(StateLane.Messages, tx => tx.Submissions.Find(id), cancellationToken)
            : null;
        writer.Manifest(manifest, submission);
        if (submission is not null)
        {
            for (var file = 0; file < submission.Files.Count; file++)
            {
                var number = file;
                var report = await parts.Store.WriteAsync(StateLane.Messages, tx => tx.Submissions.ReportOf(submission.Id, number), cancellationToken);
                writer.File(submission.Files[file], report);
            }

            writer.Missing(submission.Counts.MissingTargets);
        }

        parts.Outcomes.Write(kept.Job.Id, manifest.Number, writer.Content);
        return writer.ToFile();
    }
}
