using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.People;
using FhirGateway.Publications;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>
/// Returns and revisits: what the visits of a person say together, told on the later visit, and taken back where it is not so
/// any more.
/// </summary>
internal sealed class VisitSignalWriter(IStateTransaction state, Publisher publisher)
{
    /// <summary>Whether a change of a visit can change a signal: only what is, or was, an inpatient or emergency visit can.</summary>
    public static bool IsConcerned(Episode? before, Episode after) =>
        (Counts(after) || (before is not null && Counts(before)))
        && (before is null || before.Status != after.Status || before.Start != after.Start || before.End != after.End || before.Class != after.Class
            || before.Disposition != after.Disposition || before.AdmissionType != after.AdmissionType || before.Facility != after.Facility
            || before.AdmitSource != after.AdmitSource || !before.Milestones.Select(m => m.Name).SequenceEqual(after.Milestones.Select(m => m.Name)));

    /// <summary>Compares what the person's visits say with what was told, and tells the difference.</summary>
    public void Refresh(PersonId person, AdtCause cause)
    {
        var told = state.Episodes.SignalsOf(person.Value);
        if (told.Count == 0 && !state.Episodes.HasEnded(person.Value))
            return;
        var visits = state.Episodes.OfPerson(person.Value);
        var found = VisitSignals.Find(visits);
        foreach (var signal in told.Where(t => !found.Any(f => IsSame(f, t)) && !IsOutOfSight(t, visits, person)))
            Cancel(signal, person, cause);
        var stays = found.IsEmpty ? [] : StayChain.Of(visits);
        foreach (var signal in found)
        {
            var known = told.FirstOrDefault(t => IsSame(t, signal));
            if (known == signal)
                continue;
            state.Episodes.Save(visits.First(v => v.Encounter == signal.Visit).Record, signal);
            if (known is null)
                Announce(signal, stays, person, cause);
        }
    }

    /// <summary>
    /// Somebody judged anew may be told of the person for the first time: signals that stand are told to who may have both visits
    /// and was not told.
    /// </summary>
    public void CatchUp(PersonId person, AdtCause cause)
    {
        Refresh(person, cause);
        var told = state.Episodes.SignalsOf(person.Value);
        var stays = told.Count == 0 ? [] : StayChain.Of(state.Episodes.OfPerson(person.Value));
        foreach (var signal in told)
            Announce(signal, stays, person, cause, onlyWhoWasNotTold: true);
    }

    private void Announce(VisitSignal signal, ImmutableArray<StayChain> stays, PersonId person, AdtCause cause, bool onlyWhoWasNotTold = false)
    {
        if (Find(signal.Visit) is not { } visit || IndexOf(signal, stays) is not { IsEmpty: false } index || AdtEntryJson.Read(visit.Adt) is not { } entry)
            return;
        publisher.Announce(visit, person, Announcement(cause) with
        {
            Notices =
            [
                new AdtNotice
                {
                    Type = EpisodeNotices.TypeOf(signal.Kind),
                    Time = signal.Begin.Instant,
                    Entry = entry with
                    {
                        Milestone = EpisodeNotices.NameOf(signal), Trigger = cause.Trigger, Index = signal.Index.ToString("D"), IndexEnd = signal.IndexEnd.Text,
                    },
                    OnlyOnce = onlyWhoWasNotTold,
                },
            ],
            AlsoEntitledTo = index,
        });
    }

    /// <summary>All visits of the index stay: it ended when the last of them did, and who may not have that one is not told when.</summary>
    private ImmutableArray<StoredResource> IndexOf(VisitSignal signal, ImmutableArray<StayChain> stays)
    {
        if (stays.FirstOrDefault(s => s.Id == signal.Index) is not { } stay)
            return Find(signal.Index) is { } alone ? [alone] : [];
        var visits = stay.Visits.Select(v => Find(v.Encounter)).OfType<StoredResource>().ToImmutableArray();
        return visits.Length == stay.Visits.Length ? visits : [];
    }

    private void Cancel(VisitSignal signal, PersonId person, AdtCause cause)
    {
        state.Episodes.Remove(signal);
        if (Find(signal.Visit) is not { } visit || AdtEntryJson.Read(visit.Adt) is not { } entry)
            return;
        var name = EpisodeNotices.NameOf(signal);
        publisher.Announce(visit, person, Announcement(cause) with
        {
            Notices = [EpisodeNotices.Cancel(entry with { Trigger = cause.Trigger, Index = signal.Index.ToString("D") }, name, cause.At, [name])],
        });
    }

    /// <summary>The person has more visits than are compared: what was told of one that is not among them stays.</summary>
    private bool IsOutOfSight(VisitSignal signal, IReadOnlyList<EpisodeSummary> visits, PersonId person) =>
        IsOutOfSight(signal.Visit, visits, person) || IsOutOfSight(signal.Index, visits, person);

    private bool IsOutOfSight(Guid visit, IReadOnlyList<EpisodeSummary> visits, PersonId person) =>
        !visits.Any(v => v.Encounter == visit) && Find(visit) is { Record: { } record } && state.People.Get(record).Person == person;

    private StoredResource? Find(Guid encounter) => state.Resources.Find(encounter, adt: true) is { IsRemoved: false } found ? found : null;

    private static AdtAnnouncement Announcement(AdtCause cause) => new() { Origin = cause.Origin, Trigger = cause.Trigger, AcceptedAt = cause.AcceptedAt };

    private static bool IsSame(VisitSignal a, VisitSignal b) => a.Kind == b.Kind && a.Visit == b.Visit && a.Index == b.Index;

    private static bool Counts(Episode episode) =>
        Counts(episode.Class) || episode.Classes.Any(c => Counts(c.Class));

    private static bool Counts(VisitClass of) => of.IsInpatient || of.IsEmergency || of.IsObservation;
}
