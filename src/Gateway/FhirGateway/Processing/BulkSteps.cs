using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>The steps of a submission's work, as <see cref="Submission.Rank"/> counts them.</summary>
internal static class BulkSteps
{
    /// <summary>Before a run again: what earlier runs reported is forgotten.</summary>
    public const int Clearing = -1;

    /// <summary>Passes by the order of types: 0 to this, exclusive. While it is taken back they run the other way round.</summary>
    public const int Orders = 9;

    /// <summary>Lines with references that did not resolve when they were read are read again.</summary>
    public const int LateReferences = Orders;

    /// <summary>Targets that were missing are looked for once more; then it is completed.</summary>
    public const int LastLook = Orders + 1;

    /// <summary>
    /// A job that is being stopped is stopped once all of its submissions are taken back. That of a bulk submit is finished by its
    /// runner, which alone knows whether a manifest is being accepted at this moment.
    /// </summary>
    public static void FinishJob(IStateTransaction tx, string job, DateTimeOffset now)
    {
        if (tx.Jobs.Find(job) is { State: BulkJobState.Stopping, Kind: not BulkJobKind.BulkSubmit } stopping
            && tx.Submissions.OfJob(job).All(s => s.State == SubmissionState.Withdrawn))
            tx.Jobs.Update(stopping with { State = BulkJobState.Stopped, UpdatedAt = now });
    }
}
