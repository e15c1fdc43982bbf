namespace FhirGateway.FeedHealth;

/// <summary>What one hour brought from one sending facility, or from a source as a whole (facility empty).</summary>
public sealed record FeedHour
{
    public required int Source { get; init; }
    public required string Facility { get; init; }

    /// <summary>Hours since 1970 in UTC.</summary>
    public required long Hour { get; init; }

    /// <summary>Accepted, repeats apart.</summary>
    public int Messages { get; init; }
    public int Held { get; init; }
    public int Refused { get; init; }
    public int Repeated { get; init; }

    /// <summary>Same MSH-10, other bytes.</summary>
    public int Reused { get; init; }

    /// <summary>About a person.</summary>
    public int Persons { get; init; }

    /// <summary>Of those, on no roster and no panel.</summary>
    public int Unmatched { get; init; }

    /// <summary>Messages that were expected while the gateway listened; 0 while nothing was learned yet.</summary>
    public double Expected { get; init; }

    /// <summary>The longest silence that ended in this hour, seconds.</summary>
    public int Gap { get; init; }

    /// <summary>When it ended, seconds into the hour.</summary>
    public int GapEnd { get; init; }
}
