namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>How far a submitted manifest is. The numbers are stored.</summary>
public enum ManifestStage
{
    /// <summary>To be fetched, or being fetched.</summary>
    Waiting = 0,

    /// <summary>What could be fetched of it is accepted and being processed.</summary>
    Accepted = 1,

    /// <summary>All that was accepted of it is in effect.</summary>
    Processed = 2,

    /// <summary>Nothing of it could be accepted: the manifest or all of its files could not be had.</summary>
    Failed = 3,

    /// <summary>Replaced, removed or stopped: what it put into effect is being taken back.</summary>
    Withdrawing = 4,

    /// <summary>Nothing of it is in effect.</summary>
    Withdrawn = 5,
}
