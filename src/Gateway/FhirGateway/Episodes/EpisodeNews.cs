using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>What a change of an episode means to those who follow it.</summary>
/// <param name="Milestone">The milestone.</param>
/// <param name="IsRetraction">It was told, and is not so: because of a cancel, or because a later-arriving event says otherwise.</param>
public sealed record EpisodeNews(Milestone Milestone, bool IsRetraction)
{
    /// <summary>Retractions first, then what is new, each in order of time. A milestone that only moved in time is neither: an update tells.</summary>
    public static ImmutableArray<EpisodeNews> Between(Episode? before, Episode? after) => throw new NotImplementedException();
}
