namespace FhirGateway.Submissions;

/// <summary>Submissions inside the state transaction.</summary>
public interface ISubmissionState
{
    void Insert(Submission submission);
    void Update(Submission submission);
    Submission? Find(string id);

    /// <summary>The oldest submission that is not completed.</summary>
    Submission? NextPending();
}
