using FhirGateway.Contracts;
using FhirGateway.Normalization;
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
        // Before anything is told anew by it: a sum over what participants hold must never count a claim twice.
        var withdrawn = publisher.Withdraw(current.Number, ReasonCodes.SubmissionStopped, e => IsOwn(e.Origin));
        counts = counts with { Withdrawn = counts.Withdrawn + withdrawn };
        var after = IsOwn(current.Origin) ? TakeBack(current, sourceId) : current;
        state.Undo.Unlink(submission.Id, current.Number);
        if (!ReferenceEquals(after, current))
            new ContentFacts(state, publisher, source, tracking).Follow(current, after, sourceId);
        if (!after.IsRemoved && (withdrawn > 0 || !ReferenceEquals(after, current)))
            PublishAgain(after);
    }

    private bool IsOwn(string origin) => Submission.OwnerOf(origin).SequenceEqual(submission.Id);

    private StoredResource TakeBack(StoredResource current, string sourceId)
    {
        var after = state.Undo.Before(submission.Id, current.Number) ?? current.Removed(origin: "", DateTimeOffset.MinValue);
        if (state.Undo.ClaimBefore(submission.Id, current.Number) is { } facts && after.Record is { } record)
        {
            after = PlaceClaim(current, after, facts, state.People.Get(record), sourceId);
        }
        else
        {
            publisher.Claims.Remove(current);
            state.Resources.Update(after);
        }

        tracking.Removed(current.Id);
        counts = after.IsRemoved
            ? counts with { Removed = counts.Removed + (current.IsRemoved ? 0 : 1) }
            : counts with { Restored = counts.Restored + 1 };
        return after;
    }

    /// <summary>An earlier version of a claim is there again: it and its neighbours are judged anew.</summary>
    private StoredResource PlaceClaim(StoredResource current, StoredResource before, ClaimFacts facts, SourceRecord record, string sourceId)
    {
        var body = tracking.Bodies.Read(before.Body);
        var resource = new NormalizedResource
        {
            Type = before.Type,
            SourceId = sourceId,
            Id = before.Id,
            Json = body,
            Hash = before.Hash,
            Service = before.Service,
            Claim = facts,
        };
        // As an overwriting of what is there: its repeats stay repeats.
        var placed = publisher.Claims.Place(current, resource, record);
        var after = before with { Claim = placed?.Standing, RepeatOf = placed?.RepeatOf };
        state.Resources.Update(after);
        if (placed is not null)
            publisher.Claims.Settle(placed, after, body, record.Person);
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
