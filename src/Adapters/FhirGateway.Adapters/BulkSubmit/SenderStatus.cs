namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What the sender says of its submission: <c>submissionStatus</c>. The numbers are stored.</summary>
public enum SenderStatus
{
    /// <summary>More requests follow.</summary>
    InProgress = 0,

    /// <summary>No request follows.</summary>
    Completed = 1,

    /// <summary>The submission is invalid: nothing of it may stay in effect.</summary>
    Stopped = 2,
}
