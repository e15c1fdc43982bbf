using System.Collections.Immutable;
using System.Globalization;

namespace FhirGateway.Episodes;

/// <summary>Finds returns, revisits and stays that go on elsewhere among the visits of one person. Tables/return-rules.tsv sets apart what does not count.</summary>
public static class VisitSignals
{
    /// <summary>Calendar days, as written, from discharge to admission.</summary>
    private const int ReturnDays = 30;
    private static readonly TimeSpan RevisitHours = TimeSpan.FromHours(72);

    /// <summary>All signals among the episodes, by time; does not depend on their order. Transfers between facilities are chained into one stay first.</summary>
    public static ImmutableArray<VisitSignal> Find(IReadOnlyCollection<EpisodeSummary> episodes)
    {
        if (episodes.Count < 2)
            return [];
        var stays = StayChain.Of(episodes);
        var signals = ImmutableArray.CreateBuilder<VisitSignal>();
        foreach (var stay in stays)
        {
            if (ReturnOf(stay, stays) is { } back)
                signals.Add(back);
            if (RevisitOf(stay, stays) is { } again)
                signals.Add(again);
            AddContinuations(stay, signals);
        }

        signals.Sort(ByTime);
        return signals.DrainToImmutable();
    }

    /// <summary>Every visit of a stay but the first carries it on from the one before.</summary>
    private static void AddContinuations(StayChain stay, ImmutableArray<VisitSignal>.Builder signals)
    {
        for (var i = 1; i < stay.Visits.Length; i++)
        {
            if (stay.Visits[i - 1].Episode.End is { } end && stay.Visits[i].Episode.Start is { } begin)
                signals.Add(new VisitSignal(VisitSignalKind.StayContinues, stay.Visits[i].Encounter, stay.Id, end, begin));
        }
    }

    private static VisitSignal? ReturnOf(StayChain stay, ImmutableArray<StayChain> stays)
    {
        if (FirstInpatient(stay) is not { } visit || ReturnRules.IsNoReturn(visit.Episode) || AdmissionOf(visit.Episode) is not { } begin)
            return null;
        var index = Latest(stays, stay, begin, s => FirstInpatient(s) is not null && !s.Visits.Any(v => ReturnRules.IsNoIndex(v.Episode)));
        return index is { End: { } end } && DayOf(begin).DayNumber - DayOf(end).DayNumber <= ReturnDays
            ? new VisitSignal(VisitSignalKind.Return30Days, visit.Encounter, index.Id, end, begin)
            : null;
    }

    /// <summary>Of a stay that begins in an emergency department, not of one that goes on in another.</summary>
    private static VisitSignal? RevisitOf(StayChain stay, ImmutableArray<StayChain> stays)
    {
        var visit = stay.Visits[0];
        if (ArrivalOf(visit.Episode) is not { } begin)
            return null;
        var index = Latest(stays, stay, begin, s => s.Visits.All(v => ReturnRules.IsEmergency(v.Episode.Class) && !ReturnRules.IsNoIndex(v.Episode)));
        return index is { End: { } end } && begin.Instant - end.Instant <= RevisitHours
            ? new VisitSignal(VisitSignalKind.EdRevisit72Hours, visit.Encounter, index.Id, end, begin)
            : null;
    }

    /// <summary>The stay that ended last before a time, of those that count.</summary>
    private static StayChain? Latest(ImmutableArray<StayChain> stays, StayChain but, Moment begin, Func<StayChain, bool> counts)
    {
        StayChain? found = null;
        foreach (var stay in stays)
        {
            if (ReferenceEquals(stay, but) || stay.End is not { } end || begin.IsBefore(end) || (stay.Start ?? end).Instant > begin.Instant)
                continue;
            if ((found is null || end.Instant > found.End!.Value.Instant) && counts(stay))
                found = stay;
        }

        return found;
    }

    private static EpisodeSummary? FirstInpatient(StayChain stay)
    {
        foreach (var visit in stay.Visits)
        {
            if (ReturnRules.IsStay(visit.Episode.Class))
                return visit;
        }

        return null;
    }

    /// <summary>When the patient became an inpatient, which is not when an emergency visit began.</summary>
    private static Moment? AdmissionOf(Episode episode) => StartOf(episode, ReturnRules.IsStay) ?? episode.Start;

    private static Moment? ArrivalOf(Episode episode) =>
        StartOf(episode, ReturnRules.IsEmergency) ?? (ReturnRules.IsEmergency(episode.Class) ? episode.Start : null);

    private static Moment? StartOf(Episode episode, Func<VisitClass, bool> isSought)
    {
        foreach (var period in episode.Classes)
        {
            if (isSought(period.Class))
                return period.Start;
        }

        return null;
    }

    private static DateOnly DayOf(Moment moment) =>
        moment.Text is { Length: >= 10 } text && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : DateOnly.FromDateTime(moment.Instant.Date);

    private static int ByTime(VisitSignal one, VisitSignal other)
    {
        var order = one.Begin.Instant.CompareTo(other.Begin.Instant);
        if (order == 0)
            order = one.Kind.CompareTo(other.Kind);
        return order == 0 ? one.Visit.CompareTo(other.Visit) : order;
    }
}
