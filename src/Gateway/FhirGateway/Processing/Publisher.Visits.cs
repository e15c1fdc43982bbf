using System.Globalization;
using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Publications;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>The stream adt: what happened is told whatever a participant holds; what merely changed, by the held ledger.</summary>
public sealed partial class Publisher
{
    /// <summary>
    /// Tells the news of a resource to those who may have it; who gets none of them, and holds another content, gets an update.
    /// What was told and is not so is also taken back from who may not have it any more: then by a withdrawal, without data.
    /// </summary>
    /// <param name="resource">As stored.</param>
    /// <param name="person">The person its record links to.</param>
    /// <param name="announcement">What to tell.</param>
    public void Announce(StoredResource resource, PersonId person, AdtAnnouncement announcement)
    {
        var standing = StandingOf(person);
        var told = announcement.IsFirst || announcement.Notices.All(n => n.TakesBack.IsEmpty && !n.OnlyOnce)
            ? null
            : new ToldEvents(state.Publications, directory, resource.Number);
        var reached = told is null ? null : new HashSet<int>();
        foreach (var (participant, decision) in Entitled(resource, standing))
        {
            reached?.Add(participant.Number);
            if (announcement.AlsoEntitledTo.Any(other => !ReleasePolicy.Decide(other, participant, standing, directory, today).Released))
                continue;
            Tell(resource, participant, person, decision, standing, announcement, told);
        }

        if (told is not null)
            TakeBackFromOthers(told, announcement, reached!);
    }

    private void Tell(
        StoredResource resource, Participant participant, PersonId person, ReleaseDecision decision, PersonStanding standing,
        AdtAnnouncement announcement, ToldEvents? told)
    {
        var held = announcement.IsFirst ? null : state.Resources.FindHeld(resource.Number, participant.Number);
        var sequence = 0L;
        foreach (var notice in announcement.Notices)
        {
            var entry = notice.Entry;
            if (notice.OnlyOnce && told?.Has(participant.Number, entry.Milestone ?? "") == true)
                continue;
            if (notice.IsCancel)
            {
                var ids = told?.Of(participant.Number, notice.TakesBack) ?? [];
                if (ids.Count == 0 && !(notice.ToHolders && held is not null))
                    continue;
                entry = entry with { Cancels = ids.Count == 0 ? null : [.. ids.Select(i => i.Id)] };
            }

            if (!IsWanted(resource, participant, standing, notice.Type, entry))
                continue;
            sequence = WriteAdt(resource, participant, person, decision, standing, notice.Type, Rfc3339(notice.Time), AdtEntryJson.Write(entry),
                announcement.Origin, announcement.AcceptedAt);
        }

        if (sequence > 0)
            Hold(resource, participant, person, sequence);
        else if (held is null || held.Hash != resource.Hash)
            PublishVisit(Because(resource, announcement), participant, person, decision, standing, held, isNew: false);
    }

    private static StoredResource Because(StoredResource resource, AdtAnnouncement announcement) => resource with
    {
        Origin = announcement.Origin,
        AcceptedAt = announcement.AcceptedAt,
        Adt = AdtEntryJson.Read(resource.Adt) is { } entry ? AdtEntryJson.Write(entry with { Trigger = announcement.Trigger }) : null,
    };

    /// <summary>
    /// A visit as it stands: told as the last thing that happened in it to who was not told that, else as an update. A visit that
    /// was called off before anybody heard of it is no news. With <paramref name="isNew"/> that may have happened while the
    /// participant was told nothing.
    /// </summary>
    private void PublishVisit(
        StoredResource resource, Participant participant, PersonId person, ReleaseDecision decision, PersonStanding standing, Held? held, bool isNew)
    {
        if (held is null && resource.EventType == EventTypes.AdtCancel)
            return;
        var (type, adt) = (resource.EventType, resource.Adt);
        if (held is not null && AdtEntryJson.Read(adt) is { } entry
            && (!isNew || entry.Milestone is not { } milestone || type == EventTypes.AdtCancel
                || new ToldEvents(state.Publications, directory, resource.Number).Has(participant.Number, milestone)))
            (type, adt) = (EventTypes.AdtUpdate, AdtEntryJson.Write(entry with { Milestone = null }));
        if (!IsWanted(resource, participant, standing, type, AdtEntryJson.Read(adt)))
            return;
        var sequence = WriteAdt(
            resource, participant, person, decision, standing, type, resource.EventTime ?? Timestamp(now), adt, resource.Origin, resource.AcceptedAt);
        Hold(resource, participant, person, sequence);
    }

    private void TakeBackFromOthers(ToldEvents told, AdtAnnouncement announcement, HashSet<int> reached)
    {
        foreach (var participant in told.Participants.Where(p => !reached.Contains(p)).ToList())
        {
            List<Publication> events = [.. announcement.Notices.SelectMany(n => told.Of(participant, n.TakesBack)).Select(t => t.Event).DistinctBy(e => e.Sequence)];
            if (events.Count == 0)
                continue;
            WithdrawEvents(events, ReasonCodes.Superseded);
            LetGo(events[0].Resource!.Value, participant);
        }
    }

    /// <summary>Some events of a resource were taken back: the participant holds what it was told before, which is not its content now, or nothing.</summary>
    private void LetGo(long resource, int participant)
    {
        if (state.Resources.FindHeld(resource, participant) is not { } held)
            return;
        var left = state.Publications.OfResource(resource).LastOrDefault(e => e.Participant == participant);
        if (left is null)
            state.Resources.Remove(held);
        else if (left.Sequence != held.Sequence)
            state.Resources.Save(held with { Sequence = left.Sequence, Hash = default });
    }

    /// <summary>A cancel that is stopped on its way would leave standing what is not so: that goes with it.</summary>
    private List<Publication> WithWhatTheyCancel(List<Publication> events)
    {
        if (events[0].Resource is not { } resource)
            return events;
        var cancelled = events.SelectMany(e => AdtEntryJson.Read(e.Adt)?.Cancels ?? []).ToHashSet(StringComparer.Ordinal);
        if (cancelled.Count == 0)
            return events;
        var id = directory.ParticipantOf(events[0].Participant).Id;
        return [.. events, .. state.Publications.OfResource(resource).Where(e =>
            e.Participant == events[0].Participant && cancelled.Contains(e.EventId(id)) && !events.Exists(o => o.Sequence == e.Sequence))];
    }

    private long WriteAdt(
        StoredResource resource, Participant participant, PersonId person, ReleaseDecision decision, PersonStanding standing,
        string type, string time, string? adt, string origin, DateTimeOffset acceptedAt) =>
        Write(participant, StreamNames.Adt, type, time, directory.SourceOf(resource.Source).Id, person, LocalId(participant, decision, standing),
            origin, decision.Agreement, resource, resource.Body, inline: null, acceptedAt, adt, decision.RoutedBy);

    private bool IsWanted(StoredResource resource, Participant participant, PersonStanding standing, string type, AdtEntry? entry) =>
        participant.Filter.IsEmpty || EventFilters.Misses(FilteredEvents.Of(resource, type, entry), participant, standing, directory) is null;

    private void Hold(StoredResource resource, Participant participant, PersonId person, long sequence) =>
        state.Resources.Save(new Held(resource.Number, participant.Number, resource.Hash, sequence, person.Value, WithAmounts: true));

    /// <summary>As times of events are written: with the offset that was sent.</summary>
    internal static string Rfc3339(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
