using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>What a change of an episode means to those who follow it.</summary>
/// <param name="Milestone">The milestone.</param>
/// <param name="IsRetraction">It was told, and is not so: because of a cancel, or because a later-arriving event says otherwise.</param>
public sealed record EpisodeNews(Milestone Milestone, bool IsRetraction)
{
    /// <summary>Retractions first, then what is new, each in order of time. A milestone that only moved in time is neither: an update tells.</summary>
    public static ImmutableArray<EpisodeNews> Between(Episode? before, Episode? after)
    {
        var told = before?.Milestones ?? [];
        var standing = after?.Milestones ?? [];
        ImmutableArray<EpisodeNews>.Builder? news = null;
        foreach (var milestone in told)
        {
            if (!IsAmong(standing, milestone))
                (news ??= ImmutableArray.CreateBuilder<EpisodeNews>()).Add(new EpisodeNews(milestone, true));
        }

        foreach (var milestone in standing)
        {
            if (!IsAmong(told, milestone))
                (news ??= ImmutableArray.CreateBuilder<EpisodeNews>()).Add(new EpisodeNews(milestone, false));
        }

        return news?.DrainToImmutable() ?? [];
    }

    private static bool IsAmong(ImmutableArray<Milestone> milestones, Milestone sought)
    {
        foreach (var milestone in milestones)
        {
            if (milestone.IsSameAs(sought))
                return true;
        }

        return false;
    }
}
