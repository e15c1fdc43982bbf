using FhirGateway.Audit;
using FhirGateway.Contracts;
using FhirGateway.Journal;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.Quarantine;

namespace FhirGateway.Processing;

/// <summary>
/// Takes raw messages of the journal through the present settings again. A visit is folded from its events as they are read now, and
/// told only where what a participant holds of it is another content: the same again tells nothing. A dry run is the real one in
/// transactions that are rolled back.
/// </summary>
public sealed class Replay(
    IJournal journal, JournaledMessages messages, IStateStore store, IBodyStore bodies, CurrentDirectory directory, TimeProvider clock)
{
    private const int PageSize = 64;
    private const int PerTransaction = 10;

    /// <summary>The clock may have been put back while messages came.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(2);

    public async Task<ReplayReport> RunAsync(ReplayRequest request, Action<int>? progress, CancellationToken cancellationToken)
    {
        var tally = new ReplayTally();
        var visits = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        var patients = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        foreach (var page in Pages(request))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var items = page.Select(e => messages.Stage(e)).OfType<MessageItem>().ToList();
            tally.Messages += items.Count;
            foreach (var item in items.Where(i => i.Reason is not null))
                tally.Hold(item.Reason!);
            items.RemoveAll(i => i.Reason is not null);
            var found = await HeldAsync(items, cancellationToken);
            // A merge that is held was read; it waits for an operator, or for what it contradicts.
            foreach (var waiting in found.Where(h => IsMerge(h.Held)))
                tally.Hold(waiting.Held.Reason);
            var held = found.Where(h => !IsMerge(h.Held)).ToList();
            await ReleaseAsync(request, held, tally, cancellationToken);
            foreach (var item in items.Except(held.Select(h => h.Item)))
            {
                // Merges are not done again: they may have been undone since.
                foreach (var of in item.Events.Where(e => e.Visit is not null || e.Merge is null))
                    Note(of.Visit is null ? patients : visits, of.Visit?.VisitKey ?? of.PatientKey, item.Entry.Id.Value);
            }

            progress?.Invoke(tally.Messages);
        }

        foreach (var chunk in visits.Chunk(PerTransaction))
        {
            var known = chunk.Select(v => Read(v.Value, e => e.Visit?.VisitKey == v.Key).DistinctBy(k => k.Event.Visit!.Order.Key).ToList()).ToList();
            await WriteAsync(request, tally, (tx, publisher, writer) => [.. known.Select(k => Visit(tx, publisher, writer, request.Source, k))], cancellationToken);
        }

        foreach (var chunk in patients.Chunk(PerTransaction))
        {
            var known = chunk.Select(p => Read(p.Value, e => e is { Visit: null, Merge: null } && e.PatientKey == p.Key)
                .OrderBy(k => k.Event.EventTime).ThenBy(k => k.Event.ControlId, StringComparer.Ordinal).ToList()).ToList();
            await WriteAsync(request, tally, (tx, publisher, writer) => [.. known.Select(k => Patient(tx, publisher, writer, k))], cancellationToken);
        }

        var report = tally.Report(request, visits.Count, patients.Count);
        if (!request.IsDry)
            await AuditAsync(request, report, cancellationToken);
        return report;
    }

    /// <summary>The source's messages of the range, in order of arrival.</summary>
    private IEnumerable<IReadOnlyList<JournaledEntry>> Pages(ReplayRequest request)
    {
        var end = journal.End;
        for (var at = new EntryId(0); at < end;)
        {
            var page = journal.Read(at, PageSize);
            if (page.Count == 0 || (request.To is { } to && page[0].Entry.ReceivedAt - to > Slack))
                yield break;
            at = page[^1].Next;
            var found = page.Where(e => e.Entry.Kind == EntryKind.Hl7v2Message && e.Entry.Source == request.Source.Number
                && !(e.Entry.ReceivedAt < request.From) && !(e.Entry.ReceivedAt >= request.To)).ToList();
            if (found.Count > 0)
                yield return found;
        }
    }

    /// <summary>Those that are held until now.</summary>
    private Task<List<(MessageItem Item, QuarantinedItem Held)>> HeldAsync(List<MessageItem> items, CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Bulk, tx =>
        {
            var found = new List<(MessageItem, QuarantinedItem)>();
            foreach (var item in items)
            {
                if (tx.Quarantine.OfMessage(item.Entry.Id.Value) is { } held)
                    found.Add((item, held));
            }

            return found;
        }, cancellationToken);

    private static bool IsMerge(QuarantinedItem held) => held.Reason is ReasonCodes.MergeReversed or ReasonCodes.MergeDoubtful;

    private static void Note(Dictionary<string, List<long>> of, string key, long entry)
    {
        if (!of.TryGetValue(key, out var entries))
            of[key] = entries = [];
        if (entries.Count == 0 || entries[^1] != entry)
            entries.Add(entry);
    }

    /// <summary>What was held and can be read now goes its usual way.</summary>
    private async Task ReleaseAsync(ReplayRequest request, List<(MessageItem Item, QuarantinedItem Held)> waiting, ReplayTally tally, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0)
            return;
        tally.Released += waiting.Count;
        await RunAsync(request, (_, publisher, writer) =>
        {
            foreach (var (item, of) in waiting)
                writer.Release(item, of.Number);
            return publisher.Published;
        }, tally.Publish, cancellationToken);
    }

    private Task WriteAsync(
        ReplayRequest request, ReplayTally tally, Func<IStateTransaction, Publisher, MessageWriter, List<ReplayChange?>> work, CancellationToken cancellationToken) =>
        RunAsync(request, work, found => found.ForEach(tally.Add), cancellationToken);

    private async Task RunAsync<T>(
        ReplayRequest request, Func<IStateTransaction, Publisher, MessageWriter, T> work, Action<T> done, CancellationToken cancellationToken)
    {
        var found = default(T);
        try
        {
            await store.WriteAsync(StateLane.Bulk, tx =>
            {
                var now = clock.GetUtcNow();
                var publisher = new Publisher(tx, directory.Value, bodies, now);
                found = work(tx, publisher, new MessageWriter(tx, publisher, directory.Value, messages.Find, now));
                if (request.IsDry)
                    throw new RolledBack();
                GatewayTelemetry.Published.Add(publisher.Published);
                return true;
            }, cancellationToken);
        }
        catch (RolledBack)
        {
            // A dry run: the transaction did its work to be seen, and left nothing.
        }

        done(found!);
    }

    /// <summary>The events of some entries, as they are read now. Outside of the transaction: the pure stages take their time.</summary>
    private IEnumerable<(MessageItem Item, AdtEvent Event)> Read(List<long> entries, Func<AdtEvent, bool> isMeant) =>
        entries.Select(messages.Find).OfType<MessageItem>().SelectMany(i => i.Events.Where(isMeant).Select(e => (i, e)));

    private ReplayChange? Visit(IStateTransaction tx, Publisher publisher, MessageWriter writer, Source source, List<(MessageItem Item, AdtEvent Event)> known)
    {
        if (known.Count == 0)
            return null;
        var before = publisher.Published;
        var number = tx.Episodes.Resolve(source.Number, known[0].Event.Visit!.VisitKey);
        var ids = Encounters(tx, source, number).ToHashSet();
        var bodiesBefore = ids.ToDictionary(id => id, id => Body(tx, id));
        writer.Episodes.Replay(known, source);
        ids.UnionWith(Encounters(tx, source, number));
        ReplayChange? change = null;
        foreach (var id in ids.Order())
        {
            if (Difference(tx, "Encounter", id, bodiesBefore.GetValueOrDefault(id), known.Count) is { } of)
                change = change is null ? of : change with { Paths = [.. change.Paths.Union(of.Paths).Order(StringComparer.Ordinal)] };
        }

        return change is null && publisher.Published == before ? null : (change ?? new ReplayChange("Encounter", ids.Order().First(), "changed", known.Count, 0, []))
            with { Events = publisher.Published - before };
    }

    /// <summary>Of what is about a person only, the latest message counts.</summary>
    private ReplayChange? Patient(IStateTransaction tx, Publisher publisher, MessageWriter writer, List<(MessageItem Item, AdtEvent Event)> known)
    {
        if (known.Count == 0)
            return null;
        var before = publisher.Published;
        var id = known[^1].Event.PatientId;
        var was = Body(tx, id);
        writer.ReplayPatient(known[^1].Item, known[^1].Event);
        var change = Difference(tx, "Patient", id, was, known.Count);
        return change is null ? null : change with { Events = publisher.Published - before };
    }

    private static IEnumerable<Guid> Encounters(IStateTransaction tx, Source source, string visitKey) =>
        tx.Episodes.Find(source.Number, visitKey).Select(e => e.Encounter);

    private byte[]? Body(IStateTransaction tx, Guid id) =>
        tx.Resources.Find(id, adt: true) is { IsRemoved: false } resource ? bodies.Read(resource.Body) : null;

    private ReplayChange? Difference(IStateTransaction tx, string type, Guid id, byte[]? before, int entries)
    {
        var after = Body(tx, id);
        if (before is null && after is null)
            return null;
        if (before is null || after is null)
            return new ReplayChange(type, id, before is null ? "added" : "removed", entries, 0, []);
        var paths = BundleDifference.Paths(before, after);
        return paths.Count == 0 ? null : new ReplayChange(type, id, "changed", entries, 0, [.. paths]);
    }

    private Task<bool> AuditAsync(ReplayRequest request, ReplayReport report, CancellationToken cancellationToken) => store.WriteAsync(StateLane.Messages, tx =>
    {
        tx.Audit.Append(new AuditRecord(AuditKinds.Change, SmallJson.Write((request, report), static (json, f) =>
        {
            json.WriteString("change", "replay");
            json.WriteString("id", f.request.Source.Id);
            json.WriteString("client", f.request.By);
            if (f.request.From is { } from)
                json.WriteString("from", from);
            if (f.request.To is { } to)
                json.WriteString("to", to);
            json.WriteNumber("messages", f.report.Messages);
            json.WriteNumber("released", f.report.Released);
            json.WriteNumber("published", f.report.Published);
        })));
        return true;
    }, cancellationToken);

    /// <summary>Ends the transaction of a dry run without a trace.</summary>
    private sealed class RolledBack : Exception;
}
