using System.Collections.Frozen;
using System.Globalization;

namespace FhirGateway.Episodes;

/// <summary>When a visit that nobody ended is taken for ended: so long after its last event, by status or class (Tables/hanging-visits.tsv).</summary>
public static class HangingRules
{
    private const string AnyOther = "*";

    /// <summary>So long after its time a visit is closed although its feed has not come so far.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromDays(30);

    private static readonly FrozenDictionary<string, TimeSpan> Patience = EpisodeTable.Rows("hanging-visits.tsv")
        .ToFrozenDictionary(row => row[0], row => TimeSpan.FromHours(double.Parse(row[1], CultureInfo.InvariantCulture)), StringComparer.Ordinal);

    /// <summary>When it is to be closed, if no further event comes; null if it is not open.</summary>
    public static DateTimeOffset? ClosesAt(Episode episode)
    {
        if (episode.Status is not (Episode.Planned or Episode.InProgress or Episode.OnLeave))
            return null;
        if (!Patience.TryGetValue(episode.Status, out var patience) && !Patience.TryGetValue(episode.Class.Code, out patience))
            patience = Patience[AnyOther];
        var from = LastHeard(episode);
        return from < DateTimeOffset.MaxValue - patience ? from + patience : DateTimeOffset.MaxValue;
    }

    /// <summary>
    /// The time up to which the visits of a source are closed: as far as its own messages have come, and not the clock. Where it catches up
    /// with what an outage held back, the ends of its visits are still on their way.
    /// </summary>
    /// <param name="heard">The latest time at which a message of the source was sent.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset Reached(DateTimeOffset heard, DateTimeOffset now)
    {
        var reached = heard < now ? heard : now;
        return reached > now - Silence ? reached : now - Silence;
    }

    /// <summary>The episode as closed by rule: status unknown, no end, marked. Nobody is said to be anywhere any more.</summary>
    public static Episode Close(Episode episode) => episode with
    {
        Status = Episode.Unknown,
        End = null,
        IsClosedByRule = true,
        Locations = [.. episode.Locations.Where(l => l.Status is "active" or "completed").Select(l => l with { Status = "completed" })],
    };

    /// <summary>The last event; of a planned visit when the patient was expected. No message is about a time after it was sent.</summary>
    private static DateTimeOffset LastHeard(Episode episode)
    {
        var last = episode.Latest.Time > episode.Latest.Sent ? episode.Latest.Sent : episode.Latest.Time;
        if (episode.Status == Episode.Planned && (episode.ExpectedStart ?? episode.Start) is { } expected && expected.Instant > last)
            return expected.Instant;
        return last;
    }
}
