using FhirGateway.Contracts;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Release;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>
/// Takes back what one submission made of resources, inside one state transaction: its content, its events, the evidence of its
/// Patients. Repeated it changes nothing. Resources of no person that had come from others and went along with something taken
/// back stay with who has them: nothing in them is about anybody.
/// </summary>
internal sealed class SubmissionUndo(IStateTransaction state, Publisher publisher, Source source, Submission submission, BulkTracking tracking)
{
    /// <summary>What was done: <see cref="SubmissionCounts.Removed"/>, <see cref="SubmissionCounts.Restored"/>, <see cref="SubmissionCounts.Withdrawn"/>, and what was published again.</summary>
    public SubmissionCounts Counts => counts with { Published = publisher.Published };
    private SubmissionCounts counts = new();

    public void Undo(string type, string sourceId)
    {
        if (state.Resources.Find(PublishedId.Create(source.Id, type, sourceId), adt: false) is not { } current)
            return;
        var after = IsOwn(current.Origin) ? TakeBack(current) : current;
        state.Undo.Unlink(submission.Id, current.Number);
        var withdrawn = publisher.Withdraw(current.Number, ReasonCodes.SubmissionStopped, e => IsOwn(e.Origin));
        counts = counts with { Withdrawn = counts.Withdrawn + withdrawn };
        if (!ReferenceEquals(after, current))
            new ContentFacts(state, publisher, source, tracking).Follow(current, after, sourceId);
        if (!after.IsRemoved && (withdrawn > 0 || !ReferenceEquals(after, current)))
            PublishAgain(after);
    }

    private bool IsOwn(string origin) => Submission.OwnerOf(origin).SequenceEqual(submission.Id);

    private StoredResource TakeBack(StoredResource current)
    {
        var after = state.Undo.Before(submission.Id, current.Number) ?? current.Removed(origin: "", DateTimeOffset.MinValue);
        state.Resources.Update(after);
        tracking.Forget();
        counts = after.IsRemoved
            ? counts with { Removed = counts.Removed + (current.IsRemoved ? 0 : 1) }
            : counts with { Restored = counts.Restored + 1 };
        return after;
    }

    private void PublishAgain(StoredResource resource)
    {
        if (resource.Rules == ResourceRules.NoPerson)
            publisher.EvaluateWanted(resource);
        else if (resource.Record is { } record)
            publisher.Evaluate(resource, state.People.Get(record).Person);
    }
}
