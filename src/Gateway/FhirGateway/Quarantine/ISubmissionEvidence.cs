using FhirGateway.Submissions;

namespace FhirGateway.Quarantine;

/// <summary>What is on file of bulk submissions, read beside the state writer. Safe for parallel use.</summary>
public interface ISubmissionEvidence
{
    Submission? Submission(string id);
    BulkJob? Job(string id);
    IReadOnlyList<Submission> SubmissionsOf(string job);

    /// <summary>The newest submissions, newest first, of one source if its number is given.</summary>
    IReadOnlyList<Submission> NewestSubmissions(int? source, int most);

    /// <summary>The newest jobs, newest first, of one source if its number is given.</summary>
    IReadOnlyList<BulkJob> NewestJobs(int? source, int most);

    /// <summary>What was found in the files of a submission that were read, by their number.</summary>
    IReadOnlyDictionary<int, FileReport> ReportsOf(string submission);

    /// <summary>Items held of one file of a journal entry after a line, in order.</summary>
    IReadOnlyList<QuarantinedItem> HeldOf(long entry, int file, long after, int most);

    /// <summary>References of a submission whose target is not there now, by type.</summary>
    IReadOnlyDictionary<string, long> MissingTargetsOf(string submission);
    SourceFigures FiguresOf(int source);
}
