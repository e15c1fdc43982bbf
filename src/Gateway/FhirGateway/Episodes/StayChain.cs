using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Visits that are one stay: where a patient was transferred from one facility to the next, the last one's end is the end.</summary>
public sealed record StayChain
{
    /// <summary>So far may the end of one visit and the beginning of the next lie apart; clocks and desks differ, so also overlap.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromHours(24);

    /// <summary>The visits by time, at least one.</summary>
    public required ImmutableArray<EpisodeSummary> Visits { get; init; }

    /// <summary>Encounter id of the first visit.</summary>
    public Guid Id => Visits[0].Encounter;

    public Moment? Start => Visits[0].Episode.Start;

    /// <summary>Null while the last visit goes on, or nobody said how it ended.</summary>
    public Moment? End => Visits[^1].Episode is { Status: Episode.Finished, End: { } end } ? end : null;

    /// <summary>
    /// The stays among a person's visits, by time: emergency, observation and inpatient visits that took place. Two are one stay if the
    /// first ended with a transfer, or the second began with one, within a day.
    /// </summary>
    public static ImmutableArray<StayChain> Of(IReadOnlyCollection<EpisodeSummary> episodes)
    {
        var visits = episodes.Where(e => TookPlace(e.Episode)).ToArray();
        Array.Sort(visits, ByStart);
        var next = new int[visits.Length];
        var isContinuation = new bool[visits.Length];
        for (var i = 1; i < visits.Length; i++)
        {
            if (Predecessor(visits, next, i) is var earlier and >= 0)
                (next[earlier], isContinuation[i]) = (i, true);
        }

        var chains = ImmutableArray.CreateBuilder<StayChain>();
        for (var i = 0; i < visits.Length; i++)
        {
            if (!isContinuation[i])
                chains.Add(new StayChain { Visits = Follow(visits, next, i) });
        }

        return chains.DrainToImmutable();
    }

    private static ImmutableArray<EpisodeSummary> Follow(EpisodeSummary[] visits, int[] next, int first)
    {
        var chain = ImmutableArray.CreateBuilder<EpisodeSummary>(1);
        for (var i = first; ; i = next[i])
        {
            chain.Add(visits[i]);
            // Zero is nobody's successor: it is the earliest.
            if (next[i] == 0)
                return chain.DrainToImmutable();
        }
    }

    /// <summary>The visit that this one continues: the one that ended last of those that can be; -1 if there is none.</summary>
    private static int Predecessor(EpisodeSummary[] visits, int[] next, int later)
    {
        var found = -1;
        for (var i = later - 1; i >= 0; i--)
        {
            if (next[i] == 0 && Continues(visits[i].Episode, visits[later].Episode)
                && (found < 0 || visits[i].Episode.End!.Value.Instant > visits[found].Episode.End!.Value.Instant))
                found = i;
        }

        return found;
    }

    private static bool Continues(Episode earlier, Episode later)
    {
        if (earlier is not { Status: Episode.Finished, End: { } end } || later.Start is not { } begin)
            return false;
        if (!ReturnRules.LeadsToAnother(earlier) && !ReturnRules.ComesFromAnother(later))
            return false;
        if (earlier.Start is { } began && began.Instant >= begin.Instant)
            return false;
        var apart = begin.Instant - end.Instant;
        // A day without hour reaches up to its end.
        return apart >= -Reach && apart <= (end.IsDay() ? 2 * Reach : Reach);
    }

    private static bool TookPlace(Episode episode) =>
        (episode.Status is Episode.InProgress or Episode.OnLeave or Episode.Finished || episode.IsClosedByRule)
        && (ReturnRules.IsStay(episode.Class) || ReturnRules.IsEmergency(episode.Class) || episode.Class.IsObservation)
        && (episode.Start ?? episode.End) is not null;

    private static int ByStart(EpisodeSummary one, EpisodeSummary other)
    {
        var order = BeginOf(one).CompareTo(BeginOf(other));
        return order == 0 ? one.Encounter.CompareTo(other.Encounter) : order;
    }

    private static DateTimeOffset BeginOf(EpisodeSummary visit) => (visit.Episode.Start ?? visit.Episode.End)!.Value.Instant;

    public override string ToString() => $"StayChain({Id}, {Visits.Length})";
}
