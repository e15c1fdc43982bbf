using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Folds the events of one visit number into its episodes: one, or more where the number was used again.</summary>
public static class EpisodeFold
{
    /// <summary>The episodes, by time of their beginning. Never throws on data; the order of <paramref name="events"/> does not matter, repeats of a key count once.</summary>
    /// <param name="events">All events known of one visit key.</param>
    /// <param name="rules">What the feed's configuration says.</param>
    public static ImmutableArray<Episode> Fold(IReadOnlyCollection<EpisodeEvent> events, EpisodeRules? rules = null) =>
        throw new NotImplementedException();
}
