namespace FhirGateway.FeedHealth;

/// <summary>One event of the operator's stream. Counts, codes and names of organisations only.</summary>
public sealed record FeedAlert
{
    /// <summary>1, 2, 3 …; 0 before it is stored.</summary>
    public long Sequence { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>A value of <see cref="FeedAlertTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Id of the source.</summary>
    public required string Source { get; init; }

    /// <summary>Sending facility; null where the source as a whole is meant.</summary>
    public string? Facility { get; init; }

    /// <summary>Sequence of the alert that is over now; null where something begins.</summary>
    public long? Clears { get; init; }

    /// <summary>When it last sent.</summary>
    public DateTimeOffset? LastMessage { get; init; }

    /// <summary>What came, in the window that was judged.</summary>
    public long? Observed { get; init; }

    /// <summary>What would be usual.</summary>
    public double? Expected { get; init; }

    /// <summary>The share that is too high, and what is usual.</summary>
    public double? Share { get; init; }

    /// <inheritdoc cref="Share"/>
    public double? UsualShare { get; init; }

    /// <summary>Hours of the window that was judged.</summary>
    public double? Hours { get; init; }

    /// <summary>Field and code of a new code.</summary>
    public string? Location { get; init; }

    /// <inheritdoc cref="Location"/>
    public string? Code { get; init; }
}
