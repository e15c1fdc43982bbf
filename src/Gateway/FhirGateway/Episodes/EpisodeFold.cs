using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Folds the events of one visit number into its episodes: one, or more where the number was used again.</summary>
public static class EpisodeFold
{
    /// <summary>So few are compared with each other faster than they are hashed.</summary>
    private const int Few = 16;

    private static readonly Comparison<EpisodeEvent> ByOrder = (one, other) => one.Order.CompareTo(other.Order);

    /// <summary>The episodes, by time of their beginning. Never throws on data; the order of <paramref name="events"/> does not matter, repeats of a key count once.</summary>
    /// <param name="events">All events known of one visit key.</param>
    /// <param name="rules">What the feed's configuration says.</param>
    /// <param name="patientOf">The patient key that a patient key leads to; without it each stands for a patient of its own.</param>
    public static ImmutableArray<Episode> Fold(IReadOnlyCollection<EpisodeEvent> events, EpisodeRules? rules = null, Func<string, string>? patientOf = null)
    {
        var sorted = events.ToArray();
        Sort(sorted);
        var all = new ArraySegment<EpisodeEvent>(sorted, 0, WithoutRepeats(sorted));
        if (all.Count == 0)
            return [];
        var uses = new VisitUses(rules ?? EpisodeRules.Default, patientOf);
        if (uses.Part(all) is not { } parted)
            return [EpisodeWalk.Run(all[0].VisitKey, all)];
        var (grouped, ends) = Group(all, parted, uses.Count);
        var episodes = ImmutableArray.CreateBuilder<Episode>(uses.Count);
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < uses.Count; i++)
        {
            var of = new ArraySegment<EpisodeEvent>(grouped, i == 0 ? 0 : ends[i - 1], ends[i] - (i == 0 ? 0 : ends[i - 1]));
            episodes.Add(EpisodeWalk.Run(i == 0 ? of[0].VisitKey : VisitUses.KeyOf(of[0], known), of));
        }

        return episodes.DrainToImmutable();
    }

    /// <summary>The events use by use, each in order, and where each use ends.</summary>
    private static (EpisodeEvent[] Grouped, int[] Ends) Group(ReadOnlySpan<EpisodeEvent> events, int[] uses, int count)
    {
        var next = new int[count + 1];
        foreach (var use in uses)
            next[use + 1]++;
        for (var i = 1; i <= count; i++)
            next[i] += next[i - 1];
        var grouped = new EpisodeEvent[events.Length];
        for (var i = 0; i < events.Length; i++)
            grouped[next[uses[i]]++] = events[i];
        return (grouped, next);
    }

    private static void Sort(EpisodeEvent[] events)
    {
        for (var i = 1; i < events.Length; i++)
        {
            if (events[i - 1].Order > events[i].Order)
            {
                Array.Sort(events, ByOrder);
                return;
            }
        }
    }

    /// <summary>Moves the first event of every key to the front and says how many there are.</summary>
    private static int WithoutRepeats(EpisodeEvent[] events)
    {
        var seen = events.Length > Few ? new HashSet<Guid>(events.Length) : null;
        var count = 0;
        foreach (var happened in events)
        {
            var isNew = seen is null ? !IsAmong(events.AsSpan(0, count), happened.Order.Key) : seen.Add(happened.Order.Key);
            if (isNew)
                events[count++] = happened;
        }

        return count;
    }

    private static bool IsAmong(ReadOnlySpan<EpisodeEvent> events, Guid key)
    {
        foreach (var happened in events)
        {
            if (happened.Order.Key == key)
                return true;
        }

        return false;
    }
}
