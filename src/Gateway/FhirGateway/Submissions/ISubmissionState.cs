namespace FhirGateway.Submissions;

/// <summary>Submissions inside the state transaction.</summary>
public interface ISubmissionState
{
    void Insert(Submission submission);
    void Update(Submission submission);
    Submission? Find(string id);

    /// <summary>The oldest submission that is pending or being withdrawn.</summary>
    Submission? NextPending();

    /// <summary>The submissions of a bulk job, oldest first.</summary>
    IReadOnlyList<Submission> OfJob(string job);

    /// <summary>The newest submissions, newest first, at most <paramref name="most"/>; of one source if its number is given.</summary>
    IReadOnlyList<Submission> Newest(int? source, int most);
}
