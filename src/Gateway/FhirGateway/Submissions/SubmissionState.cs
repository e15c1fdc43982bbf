namespace FhirGateway.Submissions;

/// <summary>How far the processing of a submission is. The numbers are stored.</summary>
public enum SubmissionState
{
    Pending = 0,
    Completed = 1,

    /// <summary>An operator stopped the work for now; nothing is undone.</summary>
    Paused = 2,

    /// <summary>An operator ended the work; what was made effective stays.</summary>
    Cancelled = 3,

    /// <summary>The sender took it back: what it made effective is being undone and withdrawn.</summary>
    Withdrawing = 4,

    /// <summary>Taken back, all of it.</summary>
    Withdrawn = 5,
}
