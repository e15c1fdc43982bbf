using FhirGateway.Organizations;
using FhirGateway.Quarantine;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>Shows submissions, bulk jobs and service figures as they stand now.</summary>
public sealed class BulkReports(ISubmissionEvidence evidence, CurrentDirectory directory, LineRates rates, TimeProvider clock)
{
    /// <summary>A submission; null if it is unknown.</summary>
    public SubmissionReport? Submission(string id) => evidence.Submission(id) is { } found ? Of(found) : null;

    /// <summary>A bulk job with its submissions; null if it is unknown.</summary>
    public BulkJobReport? Job(string id) => evidence.Job(id) is not { } job ? null : new BulkJobReport
    {
        Job = job.Id,
        Source = directory.Value.SourceOf(job.Source).Id,
        Kind = job.Kind.ToString().ToLowerInvariant(),
        State = job.State.ToString().ToLowerInvariant(),
        CreatedAt = job.CreatedAt,
        UpdatedAt = job.UpdatedAt,
        Fault = job.Fault,
        Submissions = [.. evidence.SubmissionsOf(id).Select(Of)],
    };

    /// <summary>The newest submissions, newest first.</summary>
    public IReadOnlyList<SubmissionReport> Newest(int? source, int most) => [.. evidence.NewestSubmissions(source, most).Select(Of)];

    /// <summary>The newest jobs, newest first, without their submissions.</summary>
    public IReadOnlyList<BulkJob> NewestJobs(int? source, int most) => evidence.NewestJobs(source, most);

    public SourceReport Source(Source source)
    {
        var figures = evidence.FiguresOf(source.Number);
        return new SourceReport
        {
            Source = source.Id,
            Figures = figures,
            AgeSeconds = figures.TransactionTime is { } time ? Math.Round((clock.GetUtcNow() - time).TotalSeconds) : null,
        };
    }

    /// <summary>Shows a submission that was read before.</summary>
    public SubmissionReport Of(Submission submission)
    {
        var reports = evidence.ReportsOf(submission.Id);
        SubmittedFile[] files = [.. submission.Files.Select((file, i) => SubmittedFile.Of(file, reports.GetValueOrDefault(i)))];
        var known = files.Sum(f => f.Lines ?? f.Done);
        var rate = submission.State is SubmissionState.Pending or SubmissionState.Withdrawing ? rates.Of(submission.Id) : null;
        var isCounted = Array.TrueForAll(files, f => f.Lines is not null);
        var left = known - submission.Counts.Lines;
        return new SubmissionReport
        {
            Submission = submission.Id,
            Job = submission.Job,
            Source = directory.Value.SourceOf(submission.Source).Id,
            State = submission.State.ToString().ToLowerInvariant(),
            AcceptedAt = submission.AcceptedAt,
            StartedAt = submission.StartedAt,
            CompletedAt = submission.CompletedAt,
            Manifest = submission.Manifest,
            Runs = submission.Runs,
            KnownLines = known,
            IsCounted = isCounted,
            LinesPerSecond = rate is { } perSecond ? Math.Round(perSecond, 1) : null,
            EstimatedEnd = isCounted && left > 0 && rate is > 0 ? clock.GetUtcNow().AddSeconds(left / rate.Value) : null,
            Files = files,
            Counts = submission.Counts,
            MissingTargets = submission.CompletedAt is null ? null : evidence.MissingTargetsOf(submission.Id),
        };
    }
}
