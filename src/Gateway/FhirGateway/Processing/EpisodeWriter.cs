using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Publications;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>
/// Keeps visits inside one state transaction: remembers an event, folds all events of the visit again, stores what it is now, and
/// tells the difference. The order in which messages arrive decides nothing but when something is told.
/// </summary>
/// <param name="state">The transaction.</param>
/// <param name="publisher">The transaction's.</param>
/// <param name="directory">Who sends and receives.</param>
/// <param name="restage">The message of a journal entry; null if it is not there any more.</param>
/// <param name="now">The transaction's time.</param>
public sealed class EpisodeWriter(
    IStateTransaction state, Publisher publisher, OrganizationDirectory directory, Func<long, MessageItem?> restage, DateTimeOffset now)
{
    /// <summary>No visit has so many messages, but a number that is used for everybody: all of them are folded again by each.</summary>
    public const int MostEvents = 5_000;

    private const string Processed = "processed";
    private const string Unchanged = "unchanged";
    private readonly VisitSignalWriter signals = new(state, publisher);

    private readonly PatientRecords patients = new(state, publisher);

    /// <summary>Under whom visits are kept.</summary>
    internal PatientRecords Patients => patients;

    /// <summary>An event of a message; returns what became of it.</summary>
    public string Write(MessageItem item, AdtEvent converted, Source source)
    {
        var happened = converted.Visit!;
        if (state.Episodes.HasAsMany(source.Number, happened.VisitKey, MostEvents))
            return ReasonCodes.VisitOverrun;
        // No message was sent after it came.
        state.Episodes.Hear(source.Number, happened.Order.Sent < item.Entry.Entry.ReceivedAt ? happened.Order.Sent : item.Entry.Entry.ReceivedAt);
        if (!state.Episodes.Add(source.Number, happened, item.Expected?.Events[^1].Json ?? default))
            return ReasonCodes.DuplicateMessage;
        return Refold(source, state.Episodes.Resolve(source.Number, happened.VisitKey), AdtCause.Of(item, converted));
    }

    /// <summary>Messages about one visit number that came before, as they are read now. Tells what changes by it, and nothing else.</summary>
    public void Replay(IReadOnlyList<(MessageItem Item, AdtEvent Event)> known, Source source)
    {
        foreach (var (_, converted) in known)
            state.Episodes.Replace(source.Number, converted.Visit!);
        var visitKey = state.Episodes.Resolve(source.Number, known[0].Event.Visit!.VisitKey);
        // What a visit is written from is its latest message: where that is among them, it is written again.
        var latest = Fold(source, state.Episodes.EventsOf(source.Number, visitKey)).Select(e => e.Latest.Key).ToHashSet();
        var causes = known.Where(k => latest.Contains(k.Event.Visit!.Order.Key)).ToList();
        foreach (var (item, converted) in causes.Count > 0 ? causes : [known.MaxBy(k => k.Event.Visit!.Order)])
            Refold(source, visitKey, AdtCause.Of(item, converted) with { IsReplay = true });
    }

    /// <summary>Folds a visit number again, because of an event that was added or because numbers or patients changed.</summary>
    public string Refold(Source source, string visitKey, AdtCause cause)
    {
        var expected = cause.Item?.Expected;
        var events = state.Episodes.EventsOf(source.Number, visitKey, expected?.Events ?? default);
        IReadOnlyList<EpisodeSummary> found = events.Count == 1 && cause is { Event: not null, IsReplay: false } ? [] : state.Episodes.Find(source.Number, visitKey, expected?.Before);
        var before = found.ToDictionary(b => b.Episode.Key);
        var after = expected?.Now is { } foreseen && expected.IsOf(events) ? [foreseen.Value] : Fold(source, events);
        foreach (var gone in before.Keys.Except(after.Select(a => a.Key)).ToList())
            Remove(before[gone], cause);
        var outcome = Unchanged;
        foreach (var folded in after)
        {
            var visit = new FoldedVisit(source, visitKey, events, folded, before.GetValueOrDefault(folded.Key));
            if (visit.Before is { } known && after.Length > 1 && cause.Event?.Visit?.Order.Key != folded.Latest.Key && IsSame(known.Episode, folded))
                continue;
            var of = Store(visit with { Now = StillClosed(visit.Before, folded) }, cause);
            outcome = of == Processed || outcome == Unchanged ? of : outcome;
        }

        return outcome;
    }

    /// <summary>Patients who were merged are one: an admission of either is the other's.</summary>
    private ImmutableArray<Episode> Fold(Source source, IReadOnlyList<EpisodeEvent> events) => EpisodeFold.Fold(events, patientOf: key => patients.KeyOf(source, key));

    /// <summary>Ends a visit by rule: nothing more was heard of it.</summary>
    public void Close(EpisodeSummary hanging)
    {
        var source = directory.SourceOf(hanging.Source);
        var events = state.Episodes.EventsOf(hanging.Source, hanging.Episode.VisitKey);
        var closed = HangingRules.Close(hanging.Episode);
        Store(new FoldedVisit(source, closed.VisitKey, events, closed, hanging), AdtCause.Of("closed-by-rule", now));
    }

    /// <summary>A visit that is none any more: its number turned out to be another's, or its uses part otherwise.</summary>
    public void Remove(EpisodeSummary gone, AdtCause cause)
    {
        state.Episodes.Remove(gone);
        if (state.Resources.Find(gone.Encounter, adt: true) is not { IsRemoved: false } resource)
            return;
        foreach (var held in state.Resources.HoldersOf(resource.Number))
            publisher.Withdraw(resource, held, ReasonCodes.Superseded);
        state.Resources.Update(resource.Removed(cause.Origin, cause.AcceptedAt));
        signals.Refresh(state.People.Get(gone.Record).Person, cause);
    }

    private string Store(FoldedVisit visit, AdtCause cause)
    {
        var isFirst = visit.Before is null && visit.Events.Count == 1;
        var encounter = PublishedId.Create(visit.Source.Id, "Encounter", visit.Now.Key);
        var before = state.Resources.Find(encounter, adt: true);
        var isLatest = cause.Event?.Visit is { } of && of.Order.Key == visit.Now.Latest.Key;
        var patient = patients.KeyOf(visit.Source, visit.Now);
        if (!isLatest && visit.Before is { } known && state.People.Get(known.Record).Key == patient && before is { IsRemoved: false } && IsSame(known.Episode, visit.Now)
            && before.Labels == Union(before.Labels, visit.Now.Labels) && CareNpisOf(visit).SequenceEqual(before.Care?.CareNpis ?? []))
        {
            // Older than what is known, and nothing of the visit moves by it: it must neither overwrite nor be told as news.
            state.Episodes.Save(known with { Episode = visit.Now });
            return ReasonCodes.Superseded;
        }

        if (Render(visit, cause, isLatest, isFirst, patient) is not { } rendered)
        {
            // No message of it can be read any more: what is known is kept, and nothing can be shown.
            if (visit.Before is { } unseen)
                state.Episodes.Save(unseen with { Episode = visit.Now });
            return Unchanged;
        }

        // What the message says of its patient is evidence of who that is, whoever has the visit by now.
        var record = patients.Match(visit.Source, rendered.Visit!.PatientKey, rendered.Patient, patient, isNews: !cause.IsReplay);
        state.Episodes.Save(new EpisodeSummary(encounter, visit.Source.Number, record.Number, visit.Now), IsExpected(visit, cause) ? cause.Item!.Expected!.Now!.Json : default);
        var news = EpisodeNews.Between(visit.Before?.Episode, visit.Now);
        if (news.IsEmpty && before is { IsRemoved: false } && before.Hash == rendered.Hash && before.Record == record.Number
            && before.Labels == Union(before.Labels, visit.Now.Labels) && before.Care == CareOf(visit, rendered, before))
            return isLatest ? Unchanged : ReasonCodes.Superseded;
        Publish(visit, cause, rendered, news, record, before);
        if (VisitSignalWriter.IsConcerned(visit.Before?.Episode, visit.Now) || before?.Record != record.Number)
            signals.Refresh(record.Person, cause);
        return Processed;
    }

    private void Publish(
        FoldedVisit visit, AdtCause cause, AdtEvent rendered, ImmutableArray<EpisodeNews> news, SourceRecord record, StoredResource? before)
    {
        var encounter = PublishedId.Create(visit.Source.Id, "Encounter", visit.Now.Key);
        var last = visit.Now.Milestones.LastOrDefault();
        var standing = EpisodeNotices.Standing(encounter, visit.Now, visit.Events.FirstOrDefault(e => e.Order.Key == last?.Cause)?.Trigger ?? rendered.Trigger);
        var resource = new StoredResource
        {
            Number = before?.Number ?? 0,
            Id = encounter,
            Rules = ResourceRules.Adt,
            Type = "Encounter",
            Source = visit.Source.Number,
            Record = record.Number,
            Hash = rendered.Hash,
            Body = state.Resources.StoreBody(rendered.Bundle.Span),
            Service = rendered.Service,
            Labels = Union(before?.Labels, visit.Now.Labels),
            EventType = last is null ? EventTypes.AdtUpdate : EpisodeNotices.TypeOf(last.Kind),
            EventTime = Publisher.Rfc3339(last?.At.Instant ?? rendered.EventTime),
            Adt = AdtEntryJson.Write(standing),
            Care = CareOf(visit, rendered, before),
            Origin = rendered.ControlId,
            AcceptedAt = cause.AcceptedAt,
        };
        if (before is null)
            resource = state.Resources.Insert(resource);
        else
            state.Resources.Update(resource);
        if (before is { Record: { } of } && of != record.Number)
            LeaveStrangers(resource, new PersonId(state.People.Get(of).Person.Value), record.Person, cause);
        publisher.Announce(resource, record.Person, new AdtAnnouncement
        {
            Notices = EpisodeNotices.Of(news, standing, cause.Trigger, cause.At),
            Origin = cause.Origin,
            Trigger = cause.Trigger,
            AcceptedAt = cause.AcceptedAt,
            IsFirst = before is null,
        });
    }

    /// <summary>The visit now is of another human: whoever holds it as the old one must let it go.</summary>
    private void LeaveStrangers(StoredResource resource, PersonId old, PersonId person, AdtCause cause)
    {
        foreach (var held in state.Resources.HoldersOf(resource.Number))
        {
            // Who was told that the old one is the new one holds it rightly.
            if (state.People.Current(new PersonId(held.Person)) != person)
                publisher.Withdraw(resource, held, ReasonCodes.WrongPerson);
        }

        if (old != person)
            signals.Refresh(old, cause);
    }

    /// <summary>
    /// The visit as a Bundle: from the message of its latest event, which is at hand or in the journal, with what the fold of all
    /// events knows. The one message of a visit says it all.
    /// </summary>
    private AdtEvent? Render(FoldedVisit visit, AdtCause cause, bool isLatest, bool isFirst, string patient)
    {
        var replaced = patients.Replaced(visit.Source, patient);
        if (isLatest && (isFirst || IsExpected(visit, cause)) && cause.Event!.PatientKey == patient && replaced.Count == 0 && !patients.IsMoved(visit.Source, visit.Now))
            return cause.Event;
        if (Convert(visit, cause, isLatest, patient) is not { } converted)
            return null;
        if (patients.IsMoved(visit.Source, visit.Now))
        {
            converted = MergeDress.OfOtherPatient(
                converted, state.Resources.Find(converted.PatientId, adt: true) is { IsRemoved: false } known ? publisher.BodyOf(known) : null);
        }

        return MergeDress.OfVisit(converted, replaced);
    }

    /// <summary>Whether the visit stands as its message was written: nothing came between.</summary>
    private static bool IsExpected(FoldedVisit visit, AdtCause cause) => cause.Item?.Expected?.Now is { } now && ReferenceEquals(now.Value, visit.Now);

    /// <summary>From the message of its latest event, which is at hand or in the journal.</summary>
    private AdtEvent? Convert(FoldedVisit visit, AdtCause cause, bool isLatest, string patient)
    {
        var known = new AdtKnown { Episode = visit.Now, SurvivorKey = patient };
        if (!isLatest && restage(visit.Now.LatestEntry) is { } latest
            && latest.Events.FirstOrDefault(e => e.Visit?.Order.Key == visit.Now.Latest.Key) is { } of)
            return latest.Again?.Invoke(known with { Group = of.Group }) ?? of;
        // The latest message cannot be read any more: the one at hand says the rest.
        return cause.Event is { } converted ? cause.Item?.Again?.Invoke(known with { Group = converted.Group }) ?? converted : null;
    }

    /// <summary>A visit that was closed by rule and of which only old things are heard stays closed.</summary>
    private Episode StillClosed(EpisodeSummary? before, Episode folded) =>
        before is { Episode.IsClosedByRule: true } && HangingRules.ClosesAt(folded) <= HangingRules.Reached(state.Episodes.Heard(before.Source), now)
            ? HangingRules.Close(folded)
            : folded;

    private static bool IsSame(Episode before, Episode after)
    {
        if (before.Latest != after.Latest || before.Status != after.Status || before.Milestones.Length != after.Milestones.Length)
            return false;
        return JsonSerializer.SerializeToUtf8Bytes(before with { Events = 0 }, EpisodeJson.Default.Episode).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(after with { Events = 0 }, EpisodeJson.Default.Episode));
    }

    /// <summary>A later message that names no primary care takes none away.</summary>
    internal static CareFacts CareOf(AdtEvent converted, StoredResource? before) =>
        new(converted.Patient.BirthDate ?? before?.Care?.BirthDate, converted.CareNpis.IsEmpty ? before?.Care?.CareNpis ?? [] : converted.CareNpis);

    /// <summary>Whoever the visit was moved from: neither his primary care nor his age is the present patient's.</summary>
    private CareFacts CareOf(FoldedVisit visit, AdtEvent rendered, StoredResource? before)
    {
        var born = patients.IsMoved(visit.Source, visit.Now)
            ? PatientOf(visit)?.Care?.BirthDate
            : rendered.Patient.BirthDate ?? before?.Care?.BirthDate;
        return new CareFacts(born, CareNpisOf(visit));
    }

    /// <summary>By the latest message about the visit and its patient that names any: it does not matter which came first.</summary>
    private ImmutableArray<string> CareNpisOf(FoldedVisit visit)
    {
        if (patients.IsMoved(visit.Source, visit.Now))
            return PatientOf(visit)?.Care?.CareNpis ?? [];
        var patient = patients.KeyOf(visit.Source, visit.Now.PatientKey);
        EpisodeEvent? latest = null;
        foreach (var happened in visit.Events)
        {
            if (happened.CareNpis is not null && (latest is null || happened.Order > latest.Order) && patients.KeyOf(visit.Source, happened.PatientKey) == patient)
                latest = happened;
        }

        return latest is null ? [] : [.. latest.CareNpis!.Split(' ')];
    }

    /// <summary>What the source said of the patient to whom the visit was moved, apart from visits.</summary>
    private StoredResource? PatientOf(FoldedVisit visit) =>
        state.Resources.Find(PublishedId.Create(visit.Source.Id, "Patient", patients.KeyOf(visit.Source, visit.Now)), adt: true) is { IsRemoved: false } known ? known : null;

    /// <summary>A visit that was labelled once stays labelled: later messages often leave the mark out.</summary>
    private static string Union(string? before, string? labels)
    {
        labels ??= "";
        if (string.IsNullOrEmpty(before) || before == labels)
            return labels;
        return string.Join(' ', before.Split(' ').Concat(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct());
    }

    /// <summary>One visit: its events, what they fold to, and what was told of it before.</summary>
    private sealed record FoldedVisit(
        Source Source, string VisitKey, IReadOnlyList<EpisodeEvent> Events, Episode Now, EpisodeSummary? Before);
}
