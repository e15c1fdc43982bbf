namespace FhirGateway.Submissions;

/// <summary>Submissions inside the state transaction.</summary>
public interface ISubmissionState
{
    void Insert(Submission submission);
    void Update(Submission submission);
    Submission? Find(string id);

    /// <summary>The oldest submission that is being withdrawn, or else the oldest that is pending.</summary>
    Submission? NextPending();

    /// <summary>How it stands, without the rest of it; null if it is unknown.</summary>
    SubmissionStanding? StandingOf(string id);

    /// <summary>Ids of the submissions whose content may still be taken back.</summary>
    IReadOnlyList<string> Undoable();

    /// <summary>The oldest submission that is marked as undoable although it and its job are over; null if there is none.</summary>
    string? NextSettled();

    /// <summary>From now on it cannot be taken back.</summary>
    void Settle(string id);

    /// <summary>What was found in one of its files so far; an empty report before anything was read.</summary>
    FileReport ReportOf(string submission, int file);
    void SaveReport(string submission, int file, FileReport report);

    /// <summary>Forgets reports and held lines of earlier runs, at most <paramref name="most"/> rows; false if there was nothing left.</summary>
    bool Clear(Submission submission, int most);

    /// <summary>The submissions of a bulk job, oldest first.</summary>
    IReadOnlyList<Submission> OfJob(string job);

    /// <summary>The newest submissions, newest first, at most <paramref name="most"/>; of one source if its number is given.</summary>
    IReadOnlyList<Submission> Newest(int? source, int most);
}
