namespace FhirGateway.Submissions;

/// <summary>What a worker asks before every batch.</summary>
/// <param name="State">Of the submission.</param>
/// <param name="Epoch">Of the submission.</param>
/// <param name="IsWithdrawalDue">Whether any submission waits to be taken back: that goes before new work.</param>
public sealed record SubmissionStanding(SubmissionState State, long Epoch, bool IsWithdrawalDue);
