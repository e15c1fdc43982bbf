using System.Collections.Immutable;
using FhirGateway.Submissions;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// The life of a bulk submission (Bulk Data Access 4.0.0-ballot, Bulk Submit): what a call does to it, and what follows from
/// what was fetched, processed and withdrawn. Pure.
/// </summary>
public static class BulkSubmitRules
{
    /// <summary>Manifests of one submission, the replaced ones too.</summary>
    public const int MostManifests = 1000;

    /// <summary>What a call does.</summary>
    /// <param name="current">The submission and its job's state; null where the call begins one.</param>
    /// <param name="request">The call.</param>
    /// <param name="call">Digest of the call: the same for the same call.</param>
    /// <param name="client">Id of the client that calls.</param>
    public static SubmitDecision Apply(
        (BulkSubmission Submission, BulkJobState State)? current, BulkSubmitRequest request, string call, string client)
    {
        if (current is not { } known)
            return Begin(request, call, client);
        var (submission, state) = known;
        if (submission.FinalCall is { } final)
        {
            return final == call
                ? new SubmitDecision { Next = submission, State = state, IsReplay = true }
                : SubmitDecision.Refused(SubmitFault.Conflict, "conflict", "This submission was completed or stopped by its sender: nothing can follow; use another submissionId");
        }

        // What it put into effect stays: the operator decided so, and it is no longer known what it overwrote.
        if (state is BulkJobState.Cancelled or BulkJobState.Failed or BulkJobState.Stopping or BulkJobState.Stopped)
            return SubmitDecision.Refused(SubmitFault.Conflict, "conflict", "This submission was ended by the receiver: nothing can follow; use another submissionId");
        if (request.Status != SenderStatus.Stopped && IsReplay(submission, request, call))
            return new SubmitDecision { Next = submission, State = state, IsReplay = true };
        return Change(submission, state, request, call);
    }

    private static SubmitDecision Begin(BulkSubmitRequest request, string call, string client)
    {
        if (request.Status == SenderStatus.Stopped || request.ReplacesManifestUrl is not null)
            return SubmitDecision.Refused(SubmitFault.Unknown, "not-found", "There is no such submission: a first call submits a manifest");
        var begun = new BulkSubmission { Submitter = request.Submitter, SubmissionId = request.SubmissionId, Client = client };
        return Change(begun, BulkJobState.Running, request, call);
    }

    /// <summary>A call is a repeated one while what it did still stands.</summary>
    private static bool IsReplay(BulkSubmission submission, BulkSubmitRequest request, string call)
    {
        if (request.ManifestUrl is not null)
            return submission.Wanted.Any(m => m.Call == call);
        return request.ReplacesManifestUrl is { } replaced
            && submission.Manifests.Any(m => m.RemovedBy == call) && !submission.Wanted.Any(m => m.Url == replaced);
    }

    private static SubmitDecision Change(BulkSubmission submission, BulkJobState state, BulkSubmitRequest request, string call)
    {
        if (request.ReplacesManifestUrl is { } replaced)
        {
            if (!submission.Wanted.Any(m => m.Url == replaced))
                return SubmitDecision.Refused(SubmitFault.Unknown, "not-found", "replacesManifestUrl names no manifest of this submission that counts");
            submission = Remove(submission, replaced, call);
        }

        if (request.ManifestUrl is { } url && request.Status != SenderStatus.Stopped)
        {
            // A replacement may come from a URL that is in use: senders take one empty manifest for every removal.
            if (request.ReplacesManifestUrl is null && submission.Wanted.Any(m => m.Url == url))
                return SubmitDecision.Refused(SubmitFault.Conflict, "duplicate", "manifestUrl was submitted before with other parameters; replace it with replacesManifestUrl");
            if (submission.Manifests.Length >= MostManifests)
                return SubmitDecision.Refused(SubmitFault.BadRequest, "too-costly", $"A submission has at most {MostManifests} manifests; go on under another submissionId");
            submission = Add(submission, request, url, call);
        }

        submission = submission with { IsDraft = submission.IsDraft || request.IsDraft };
        if (request.Status == SenderStatus.Stopped)
            submission = Discard(submission) with { Status = SenderStatus.Stopped };
        else if (request.Status == SenderStatus.Completed)
            submission = submission with { Status = SenderStatus.Completed };
        if (request.Status != SenderStatus.InProgress)
            submission = submission with { FinalCall = call };
        return new SubmitDecision { Next = submission, State = request.Status == SenderStatus.Stopped ? BulkJobState.Stopping : state };
    }

    private static BulkSubmission Add(BulkSubmission submission, BulkSubmitRequest request, string url, string call) => submission with
    {
        Manifests = submission.Manifests.Add(new SubmittedManifest
        {
            Number = submission.Manifests.Length + 1,
            Url = url,
            FhirBaseUrl = request.FhirBaseUrl ?? "",
            Headers = request.Headers,
            OAuthMetadataUrls = request.OAuthMetadataUrls,
            Metadata = request.Metadata,
            Import = request.Import,
            Call = call,
        }),
    };

    private static BulkSubmission Remove(BulkSubmission submission, string url, string call) => submission with
    {
        Manifests = [.. submission.Manifests.Select(m => submission.IsWanted(m) && m.Url == url ? Discard(m with { RemovedBy = call }) : m)],
    };

    /// <summary>Nothing of it is to stay in effect.</summary>
    public static BulkSubmission Discard(BulkSubmission submission) =>
        submission.Manifests.All(m => m.Stage is ManifestStage.Withdrawing or ManifestStage.Withdrawn)
            ? submission
            : submission with { Manifests = [.. submission.Manifests.Select(Discard)] };

    /// <summary>
    /// What was never accepted has nothing to take back. A manifest that is being fetched may be accepted at this very moment:
    /// it counts as withdrawing until that is known.
    /// </summary>
    private static SubmittedManifest Discard(SubmittedManifest manifest) => manifest.Stage switch
    {
        ManifestStage.Failed => manifest with { Stage = ManifestStage.Withdrawn },
        ManifestStage.Withdrawn => manifest,
        _ => manifest with { Stage = ManifestStage.Withdrawing },
    };

    /// <summary>The manifests that may be fetched now: a replacement waits until what it replaces is gone.</summary>
    public static IEnumerable<SubmittedManifest> ToFetch(BulkSubmission submission) => submission.Wanted.Where(m =>
        m.Stage == ManifestStage.Waiting
        && submission.Manifests.All(r => r.RemovedBy != m.Call || r.Stage is ManifestStage.Withdrawn));

    /// <summary>The state of the job that follows from its manifests: finished when the sender said so and all is processed or gone.</summary>
    public static BulkJobState StateOf(BulkSubmission submission, BulkJobState state)
    {
        if (state is not (BulkJobState.Running or BulkJobState.Stopping) || !submission.Manifests.All(m => m.IsFinal))
            return state;
        if (state == BulkJobState.Stopping)
            return submission.Manifests.All(m => m.Stage == ManifestStage.Withdrawn) ? BulkJobState.Stopped : state;
        return submission.Status == SenderStatus.Completed ? BulkJobState.Completed : state;
    }

    /// <summary>Share that is done, 0 to 99 while anything is left to do or to come.</summary>
    public static int PercentOf(BulkSubmission submission)
    {
        var wanted = submission.Wanted.ToImmutableArray();
        if (wanted.IsEmpty)
            return 0;
        var points = wanted.Sum(m => m.Stage switch { ManifestStage.Waiting => 0, ManifestStage.Accepted => 1, _ => 2 });
        return Math.Min(99, points * 100 / (2 * wanted.Length));
    }
}
