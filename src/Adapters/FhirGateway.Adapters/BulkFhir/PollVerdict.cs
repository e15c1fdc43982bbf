namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What an answer to a status request means.</summary>
public enum PollVerdict
{
    /// <summary>Still working: ask again after the wait. There may be a partial manifest.</summary>
    Working,

    /// <summary>Done: there is a manifest.</summary>
    Done,

    /// <summary>The status could not be told this time: ask again after the wait.</summary>
    Again,

    /// <summary>The server knows no such job (any more): 404 or 410.</summary>
    Gone,

    /// <summary>The job is dead, or what it answers cannot be used.</summary>
    Failed,
}
