using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Episodes;

/// <summary>
/// What is going to be known of a visit when a message about it is written: worked out beside the state transaction, which compares it
/// byte by byte with what it finds and goes its own way where something else happened in between.
/// </summary>
public sealed record ExpectedVisit
{
    /// <summary>A visit with more events is not foreseen.</summary>
    public const int MostEvents = 64;

    /// <summary>A visit of which nothing was heard.</summary>
    public static ExpectedVisit Unheard { get; } = new();

    /// <summary>All its events.</summary>
    public ImmutableArray<Kept<EpisodeEvent>> Events { get; init; } = [];

    /// <summary>Its episode before the last of <see cref="Events"/>; null if there was none, or more than one.</summary>
    public Kept<Episode>? Before { get; init; }

    /// <summary>Its episode with all of them; null if there is none, or more than one, or several patients: whether these are one is known to the state alone.</summary>
    public Kept<Episode>? Now { get; init; }

    /// <summary>With another event; null if it is not foreseen any further.</summary>
    public ExpectedVisit? With(EpisodeEvent happened)
    {
        if (Events.Length >= MostEvents)
            return null;
        var events = Events.Add(new(happened, JsonSerializer.SerializeToUtf8Bytes(happened, EpisodeJson.Default.EpisodeEvent)));
        var folded = EpisodeFold.Fold([.. events.Select(e => e.Value)]);
        return new()
        {
            Events = events,
            Before = Now,
            Now = folded.Length == 1 && events.All(e => e.Value.PatientKey == happened.PatientKey) ? new(folded[0], JsonSerializer.SerializeToUtf8Bytes(folded[0], EpisodeJson.Default.Episode)) : null,
        };
    }

    /// <summary>Whether these are its events, the very same.</summary>
    public bool IsOf(IReadOnlyList<EpisodeEvent> events)
    {
        if (events.Count != Events.Length)
            return false;
        foreach (var happened in events)
        {
            if (!Events.Any(e => ReferenceEquals(e.Value, happened)))
                return false;
        }

        return true;
    }

    public override string ToString() => $"ExpectedVisit({Events.Length} events, {Now?.Value})";
}
