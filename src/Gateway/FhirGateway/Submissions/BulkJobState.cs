namespace FhirGateway.Submissions;

/// <summary>How a bulk job stands. The numbers are stored.</summary>
public enum BulkJobState
{
    /// <summary>Under way: more may be requested, fetched or sent.</summary>
    Running = 0,

    /// <summary>Everything was fetched or sent, accepted and processed.</summary>
    Completed = 1,

    /// <summary>An operator stopped it for now.</summary>
    Paused = 2,

    /// <summary>An operator ended it; what was made effective stays.</summary>
    Cancelled = 3,

    /// <summary>The sender stopped it: what it made effective is being withdrawn.</summary>
    Stopping = 4,

    /// <summary>Stopped by the sender; nothing of it is in effect.</summary>
    Stopped = 5,

    /// <summary>It cannot go on: the reason is in its detail.</summary>
    Failed = 6,
}
