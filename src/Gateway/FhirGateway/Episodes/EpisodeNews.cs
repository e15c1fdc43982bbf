using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>What a change of an episode means to those who follow it.</summary>
/// <param name="Milestone">The milestone.</param>
/// <param name="IsRetraction">It was told, and is not so: because of a cancel, or because a later-arriving event says otherwise.</param>
public sealed record EpisodeNews(Milestone Milestone, bool IsRetraction)
{
    /// <summary>So few are compared with each other faster than they are named.</summary>
    private const int Few = 16;

    /// <summary>Retractions first, then what is new, each in order of time. A milestone that only moved in time is neither: an update tells.</summary>
    public static ImmutableArray<EpisodeNews> Between(Episode? before, Episode? after)
    {
        var told = before?.Milestones ?? [];
        var standing = after?.Milestones ?? [];
        ImmutableArray<EpisodeNews>.Builder? news = null;
        AddMissing(told, standing, isRetraction: true, ref news);
        AddMissing(standing, told, isRetraction: false, ref news);
        return news?.DrainToImmutable() ?? [];
    }

    private static void AddMissing(
        ImmutableArray<Milestone> of, ImmutableArray<Milestone> others, bool isRetraction, ref ImmutableArray<EpisodeNews>.Builder? news)
    {
        var names = others.Length > Few ? others.Select(m => m.Name).ToHashSet(StringComparer.Ordinal) : null;
        foreach (var milestone in of)
        {
            if (names?.Contains(milestone.Name) ?? IsAmong(others, milestone))
                continue;
            (news ??= ImmutableArray.CreateBuilder<EpisodeNews>()).Add(new EpisodeNews(milestone, isRetraction));
        }
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
