using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A bulk submission as it is stored: its job and, read, the job's detail.</summary>
public sealed record KeptSubmission(BulkJob Job, BulkSubmission Submission)
{
    public override string ToString() => $"KeptSubmission({Job.Id}, {Submission})";
}
