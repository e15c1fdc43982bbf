using System.Collections.Immutable;

namespace FhirGateway.FeedHealth;

/// <summary>How one sending facility does, or a source as a whole.</summary>
public sealed record FeedReport
{
    public required string Source { get; init; }

    /// <summary>MSH-4.1; null for the source as a whole.</summary>
    public string? Facility { get; init; }

    /// <summary>Open MLLP connections that brought messages of the source; null where it cannot be known.</summary>
    public int? Connections { get; init; }
    public required DateTimeOffset FirstMessage { get; init; }
    public required DateTimeOffset LastMessage { get; init; }

    /// <summary>Messages of the last five minutes and the last hour, since the gateway was started.</summary>
    public int LastFiveMinutes { get; init; }

    /// <inheritdoc cref="LastFiveMinutes"/>
    public int LastHour { get; init; }

    /// <summary>Whether enough is known to tell silence and drops.</summary>
    public bool IsLearned { get; init; }

    /// <summary>Messages since midnight of the feed's zone, and how many were expected.</summary>
    public long Today { get; init; }

    /// <inheritdoc cref="Today"/>
    public double? ExpectedToday { get; init; }

    /// <summary>Minutes of silence after the last message that are told.</summary>
    public double? SilentAfterMinutes { get; init; }

    /// <summary>How much of it has gone by: 1 is silent.</summary>
    public double? Silence { get; init; }

    /// <summary>Of the last 24 hours.</summary>
    public double? UnmatchedShare { get; init; }

    /// <inheritdoc cref="UnmatchedShare"/>
    public double? ErrorShare { get; init; }

    /// <summary>Same MSH-10, other bytes, in the last 24 hours.</summary>
    public long ReusedControlIds { get; init; }

    /// <summary>The same message again, in the last 24 hours.</summary>
    public long Repeated { get; init; }

    /// <summary>Types of alerts that are not over.</summary>
    public ImmutableArray<string> Alerts { get; init; } = [];

    /// <summary>What was learned: messages an hour, by hour of the week from Sunday, 0 o'clock.</summary>
    public ImmutableArray<double>? PerHour { get; init; }

    /// <summary>Minutes of silence that are told, if it begins at that hour of the week.</summary>
    public ImmutableArray<double>? ThresholdMinutes { get; init; }

    internal static FeedReport Of(FacilityFeed feed, DateTimeOffset now, FeedRules rules, IReadOnlyList<string> alerts, int? connections)
    {
        var hour = FeedCalendar.HourOf(now);
        var today = feed.Window(feed.Calendar.DayOf(hour), hour);
        var day = feed.Window(hour - 23, hour);
        var profile = feed.Profile;
        return new FeedReport
        {
            Source = feed.SourceId,
            Facility = feed.IsWhole ? null : feed.Facility,
            Connections = connections,
            FirstMessage = feed.First,
            LastMessage = feed.Last,
            LastFiveMinutes = feed.LastMinutes(now, 5),
            LastHour = feed.LastMinutes(now, 60),
            IsLearned = profile is not null,
            Today = today.Messages,
            ExpectedToday = profile is null ? null : Math.Round(today.Expected, 1),
            SilentAfterMinutes = profile is null ? null : Math.Round(profile.Allows(feed.Last, feed.Pace, rules).TotalMinutes),
            Silence = profile is null ? null : Math.Round(feed.Silence / profile.SilenceLimit, 3),
            UnmatchedShare = day.Persons == 0 ? null : Math.Round(day.Unmatched / (double)day.Persons, 4),
            ErrorShare = day.Sent == 0 ? null : Math.Round(day.Errors / (double)day.Sent, 4),
            ReusedControlIds = day.Reused,
            Repeated = day.Repeated,
            Alerts = [.. alerts],
            PerHour = profile is null ? null : [.. Enumerable.Range(0, FeedCalendar.Slots).Select(s => Math.Round(profile.RateOf(s), 2))],
            ThresholdMinutes = profile is null ? null : [.. Enumerable.Range(0, FeedCalendar.Slots).Select(s => Math.Round(profile.Allows(NextOf(feed.Calendar, hour, s), 1, rules).TotalMinutes))],
        };
    }

    /// <summary>When an hour of the week comes next; a holiday or the spring may leave one out.</summary>
    private static DateTimeOffset NextOf(FeedCalendar calendar, long hour, int slot)
    {
        for (var i = 0; i < 2 * FeedCalendar.Slots; i++)
        {
            if (calendar.SlotOf(hour + i) == slot)
                return FeedCalendar.StartOf(hour + i);
        }

        return FeedCalendar.StartOf(hour);
    }
}
