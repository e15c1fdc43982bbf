namespace FhirGateway.FeedHealth;

/// <summary>What an operator may set about the watching of feeds.</summary>
public sealed record FeedRules
{
    /// <summary>Weeks of hours that are kept, and learned from.</summary>
    public const int Weeks = 10;

    /// <summary>Messages without which nothing is learned.</summary>
    public const int LeastMessages = 20;

    /// <summary>Days of listening before the first alert of a feed.</summary>
    public int LearnDays { get; init; } = 14;

    /// <summary>No shorter silence is told, whatever was learned.</summary>
    public TimeSpan LeastSilence { get; init; } = TimeSpan.FromMinutes(10);
}
