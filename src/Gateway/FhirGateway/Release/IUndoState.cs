namespace FhirGateway.Release;

/// <summary>
/// The contents that resources had before submissions that may still be taken back, inside the state transaction: per resource
/// a chain from the current content down, one link per submission.
/// </summary>
public interface IUndoState
{
    /// <summary>Keeps a resource's content as what it was before the submission.</summary>
    void Keep(string submission, StoredResource before);

    /// <summary>What the resource was before the submission; null if it was not there, or nothing was kept.</summary>
    StoredResource? Before(string submission, long resource);

    /// <summary>Takes the submission out of the resource's chain: whatever was laid upon its content now lies upon what was before.</summary>
    void Unlink(string submission, long resource);

    /// <summary>Forgets what was kept for a submission, at most <paramref name="most"/> rows; false if there was nothing left.</summary>
    bool Forget(string submission, int most);
}
