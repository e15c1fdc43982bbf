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
    public static ImmutableArray<Episode> Fold(IReadOnlyCollection<EpisodeEvent> events, EpisodeRules? rules = null)
    {
        var sorted = events.ToArray();
        Sort(sorted);
        var rest = new ArraySegment<EpisodeEvent>(sorted, 0, WithoutRepeats(sorted));
        rules ??= EpisodeRules.Default;
        var first = VisitUses.LengthOfFirst(rest, rules);
        if (first == rest.Count)
            return first == 0 ? [] : [EpisodeWalk.Run(rest[0].VisitKey, rest)];
        var episodes = ImmutableArray.CreateBuilder<Episode>();
        var days = new Dictionary<string, int>(StringComparer.Ordinal);
        while (rest.Count > 0)
        {
            var length = VisitUses.LengthOfFirst(rest, rules);
            episodes.Add(EpisodeWalk.Run(episodes.Count == 0 ? rest[0].VisitKey : VisitUses.KeyOf(rest[0], days), rest[..length]));
            rest = rest[length..];
        }

        return episodes.DrainToImmutable();
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
