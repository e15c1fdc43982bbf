using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Quarantine;
using FhirGateway.Release;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>Writes bulk items inside one state transaction: store, match, attribute, release.</summary>
internal sealed class BulkWriter(IStateTransaction state, Publisher publisher, Source source, Submission submission, BulkTracking tracking)
{
    /// <summary>Types above this order are never the target of a conditional reference that we resolve.</summary>
    public const int LastReferredOrder = 5;
    private readonly Dictionary<string, SourceRecord> records = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> byType = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> heldByReason = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> findings = new(StringComparer.Ordinal);
    private readonly ContentUndo undo = new(state, submission);
    private readonly FileFindings report = new(state, submission);
    private SubmissionCounts counts = new();

    /// <summary>What was written so far.</summary>
    public SubmissionCounts Counts => counts with { ByType = byType, HeldByReason = heldByReason, Findings = findings, Claims = publisher.Claims.Counts, Published = publisher.Published };

    public void Write(BulkItem item)
    {
        counts = counts with { Lines = counts.Lines + 1 };
        Count(item.Findings);
        if (item.IsSubsetted && IsOfWhole(item.Resource!))
            item = item with { Resource = null, Reason = ReasonCodes.Subsetted, Detail = $"{item.Resource!.Type}: the whole resource is known" };
        report.Add(item);
        if (item.Unchanged is { } same)
        {
            Repeat(item, same.Id, same.Type);
            return;
        }

        if (item.Resource is not { } resource)
        {
            if (item.Reason is not null)
                Hold(item);
            foreach (var (type, id) in item.Deletions)
                Delete(item, type, id);
            return;
        }

        byType[resource.Type] = byType.GetValueOrDefault(resource.Type) + 1;
        if (resource.Unresolved > 0)
        {
            counts = counts with { UnresolvedReferences = counts.UnresolvedReferences + resource.Unresolved };
            tracking.NoteLine(state, submission, item, resource.Unresolved);
        }

        Store(item, resource);
    }

    /// <summary>A line read again because references of it may resolve now: it counts no second time.</summary>
    /// <param name="item">The line.</param>
    /// <param name="before">References that did not resolve when it was read before.</param>
    public void WriteAgain(BulkItem item, int before)
    {
        var after = item.Resource?.Unresolved ?? before;
        state.References.NoteLine(submission.Id, item.File, item.Line, after);
        var counted = counts;
        if (item.Resource is { } resource && state.Resources.Find(resource.Id, adt: false) is { } known
            && known.Origin == OriginOf(item))
            Store(item, resource);
        counts = counted with { UnresolvedReferences = counted.UnresolvedReferences + after - before };
    }

    /// <summary>Saves what was found in the file; after the last item.</summary>
    public void Finish() => report.Save();

    private void Count(ImmutableArray<KeyValuePair<string, int>> found)
    {
        if (found.IsEmpty)
            return;
        counts = counts with { WithIssues = counts.WithIssues + 1 };
        GatewayTelemetry.CountFindings(found);
        foreach (var (key, number) in found)
            findings[key] = findings.GetValueOrDefault(key) + number;
    }

    private void Hold(BulkItem item)
    {
        counts = counts with { Held = counts.Held + 1 };
        heldByReason[item.Reason!] = heldByReason.GetValueOrDefault(item.Reason!) + 1;
        state.Quarantine.Hold(new QuarantinedItem
        {
            Source = source.Number,
            Entry = submission.Entry,
            File = item.File,
            Line = item.Line,
            Reason = item.Reason!,
            Detail = item.Detail,
        });
    }

    /// <summary>Whether the store has the resource, and not just a part of it.</summary>
    private bool IsOfWhole(NormalizedResource resource) =>
        state.Resources.Find(resource.Id, adt: false) is { IsRemoved: false } known && !StoredFacts.IsSubsetted(tracking.Bodies.Read(known.Body));

    /// <summary>The source deleted it: whoever holds it must let it go, of whatever submission it was.</summary>
    private void Delete(BulkItem item, string type, string sourceId)
    {
        if (state.Resources.Find(PublishedId.Create(source.Id, type, sourceId), adt: false) is not { IsRemoved: false } known)
        {
            counts = counts with { DeletedUnknown = counts.DeletedUnknown + 1 };
            return;
        }

        if (known.AcceptedAt > submission.AcceptedAt)
        {
            counts = counts with { Superseded = counts.Superseded + 1 };
            return;
        }

        counts = counts with { Deleted = counts.Deleted + 1 };
        undo.Claim(known);
        var removed = known.Removed(OriginOf(item), submission.AcceptedAt);
        counts = counts with { Withdrawn = counts.Withdrawn + publisher.Withdraw(known.Number, ReasonCodes.DeletedBySource, static _ => true) };
        publisher.Claims.Remove(known);
        state.Resources.Update(removed);
        tracking.Removed(known.Id);
        new ContentFacts(state, publisher, source, tracking).Follow(known, removed, sourceId);
        records.Clear();
    }

    private string OriginOf(BulkItem item) => $"{submission.Id}/{submission.Files[item.File].Name}:{item.Line}";

    private void Store(BulkItem item, NormalizedResource resource)
    {
        var known = state.Resources.Find(resource.Id, adt: false);
        // A submission that waited or runs again must not undo what came after it.
        if (known is not null && known.AcceptedAt > submission.AcceptedAt)
        {
            counts = counts with { Superseded = counts.Superseded + 1 };
            return;
        }

        var record = RecordOf(resource);
        if (known is not null && known.Hash == resource.Hash && known.Labels == item.Labels && known.Record == record?.Number && known.ClaimFacts == resource.Claim?.Fingerprint())
        {
            counts = counts with { Unchanged = counts.Unchanged + 1 };
            var line = LineOf(item, resource);
            if (undo.ClaimSame(known))
                state.Resources.Update(known with { Origin = OriginOf(item), AcceptedAt = submission.AcceptedAt, Line = line });
            else if (line is { } again && again != known.Line)
                state.Resources.SetLine(known.Number, again);
            return;
        }

        if (known is not null)
            undo.Claim(known);
        counts = counts with { Stored = counts.Stored + 1 };
        var rules = ResourceRulesOf.Type(resource.Type);
        var placed = publisher.Claims.Place(known, resource, record);
        var stored = new StoredResource
        {
            Number = known?.Number ?? 0,
            Id = resource.Id,
            Rules = rules,
            Type = resource.Type,
            Source = source.Number,
            Record = record?.Number,
            Hash = resource.Hash,
            Body = known?.Hash == resource.Hash ? known.Body : state.Resources.StoreBody(resource.Json.Span),
            Service = resource.Service,
            Labels = item.Labels,
            EventType = ResourceRulesOf.Event(resource, rules),
            Origin = OriginOf(item),
            Needs = NeedsOf(resource),
            Line = LineOf(item, resource),
            Claim = placed?.Standing,
            ClaimFacts = resource.Claim?.Fingerprint(),
            RepeatOf = placed?.RepeatOf,
            AcceptedAt = submission.AcceptedAt,
        };
        if (known is null)
            stored = state.Resources.Insert(stored);
        else
            state.Resources.Update(stored);
        tracking.Follow(state, submission, resource);
        if (ResourceCatalog.OrderOf(resource.Type) <= LastReferredOrder && !resource.Identifiers.IsDefaultOrEmpty)
            state.Resources.SetReferenceKeys(source.Number, resource.Type, resource.SourceId, resource.Identifiers);
        if (known is not null && known.Record != stored.Record)
            WithdrawFromStrangers(stored, record);
        if (placed is not null && record is not null)
            publisher.Claims.Settle(placed, stored, resource.Json, record.Person);
        if (rules == ResourceRules.NoPerson)
            publisher.EvaluateWanted(stored);
        else if (record is not null)
            publisher.Evaluate(stored, record.Person, resource.Json);
    }

    /// <summary>A line whose references may resolve next time must be read next time, and so must a part of a resource.</summary>
    private KnownLine? LineOf(BulkItem item, NormalizedResource resource)
    {
        if (item.Mark is not { } mark || resource.Unresolved > 0 || item.IsSubsetted)
            return null;
        return item.Findings.IsDefaultOrEmpty ? new KnownLine(mark, 0)
            : state.Resources.NumberOf(new LineFindings(item.Findings, item.Expressions)) is var number and > 0 ? new KnownLine(mark, number) : null;
    }

    /// <summary>The line that made the resource what it is came again.</summary>
    private void Repeat(BulkItem item, Guid id, string type)
    {
        byType[type] = byType.GetValueOrDefault(type) + 1;
        counts = counts with { Unchanged = counts.Unchanged + 1 };
        if (undo.MayOwnOthers && state.Resources.Find(id, adt: false) is { } known && undo.ClaimSame(known))
            state.Resources.Update(known with { Origin = OriginOf(item), AcceptedAt = submission.AcceptedAt });
    }

    /// <summary>The resource now is of another human: whoever holds it as the old one must let it go.</summary>
    private void WithdrawFromStrangers(StoredResource resource, SourceRecord? record)
    {
        foreach (var held in state.Resources.HoldersOf(resource.Number))
        {
            if (record is null || held.Person != record.Person.Value)
                publisher.Withdraw(resource, held, ReasonCodes.WrongPerson);
        }
    }

    private SourceRecord? RecordOf(NormalizedResource resource)
    {
        if (resource.Subject is null || resource.SubjectSourceId is not { } key)
            return null;
        if (resource.Patient is { } facts)
            return records[key] = Match(key, facts);
        if (records.TryGetValue(key, out var record))
            return record;
        record = state.People.Find(RecordKind.Patient, source.Number, key) ?? Placeholder(key);
        return records[key] = record;
    }

    private SourceRecord Match(string key, PatientFacts facts)
    {
        var match = PersonMatcher.Upsert(
            state.People, RecordKind.Patient, source.Number, key, facts, IdentifierKeys.OfPatient(source, key, facts));
        LinkOutcome.Apply(state, publisher, match);
        if (match.Moved is not null || match.SplitFrom is not null || !match.Retired.IsEmpty)
            records.Clear();
        publisher.Claims.ForgetRecords();
        return match.Record;
    }

    /// <summary>A resource may come before its Patient: the id alone can already link it to a roster.</summary>
    private SourceRecord Placeholder(string key)
    {
        var match = PersonMatcher.Upsert(
            state.People, RecordKind.Patient, source.Number, key, new PatientFacts(), [RecordIdentifier.OfSource(source.Id, key)]);
        LinkOutcome.Apply(state, publisher, match);
        if (!match.Retired.IsEmpty)
            records.Clear();
        publisher.Claims.ForgetRecords();
        return match.Record;
    }

    private static ImmutableArray<Guid> NeedsOf(NormalizedResource resource)
    {
        if (resource.References.IsDefaultOrEmpty)
            return [];
        var needs = ImmutableArray.CreateBuilder<Guid>();
        foreach (var reference in resource.References)
        {
            if (ResourceRulesOf.Type(reference.Type) == ResourceRules.NoPerson && !needs.Contains(reference.Id))
                needs.Add(reference.Id);
        }

        return needs.ToImmutable();
    }
}
