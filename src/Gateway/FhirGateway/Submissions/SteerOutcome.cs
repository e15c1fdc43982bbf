namespace FhirGateway.Submissions;

/// <summary>What became of a request to pause, resume, cancel, rerun or withdraw.</summary>
public enum SteerOutcome
{
    /// <summary>It is in force: no batch of the old state is written any more.</summary>
    Done,

    /// <summary>There is no such submission or job.</summary>
    Unknown,

    /// <summary>Its state does not allow it; nothing was changed.</summary>
    NotPossible,
}
