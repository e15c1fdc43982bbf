using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What a call of <c>$bulk-submit</c> does: the submission after it, or why it is refused.</summary>
public sealed record SubmitDecision
{
    /// <summary>The submission after the call; null where it is refused.</summary>
    public BulkSubmission? Next { get; init; }
    public BulkJobState State { get; init; }

    /// <summary>A repeated call: what it asks for was done already.</summary>
    public bool IsReplay { get; init; }
    public SubmitFault? Fault { get; init; }

    internal static SubmitDecision Refused(int status, string code, string text) => new() { Fault = new SubmitFault(status, code, text) };
}
