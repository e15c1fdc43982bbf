namespace FhirGateway.Submissions;

/// <summary>The numbers are stored.</summary>
public enum SubmissionState
{
    Pending = 0,
    Completed = 1,
}
