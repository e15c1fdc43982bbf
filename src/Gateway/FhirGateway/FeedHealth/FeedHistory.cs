namespace FhirGateway.FeedHealth;

/// <summary>The hours of a feed that are learned from, oldest first: those from its first message to the last whole one.</summary>
internal sealed class FeedHistory
{
    /// <summary>The first hour; all lists begin there and are of one length.</summary>
    public required long From { get; init; }

    /// <summary>Null where that hour brought nothing.</summary>
    public required IReadOnlyList<FeedHour?> Hours { get; init; }

    /// <summary>Share of the hour in which the gateway listened, 0 to 1.</summary>
    public required IReadOnlyList<double> Listened { get; init; }

    public long To => From + Hours.Count;

    public double ListenedHours => Listened.Sum();

    public long Messages => Hours.Sum(h => (long)(h?.Messages ?? 0));
}
