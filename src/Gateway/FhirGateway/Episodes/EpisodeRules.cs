namespace FhirGateway.Episodes;

/// <summary>What a feed's configuration says of episodes.</summary>
public sealed record EpisodeRules
{
    public static readonly EpisodeRules Default = new();

    /// <summary>A visit number that begins anew so long after its last event is another visit.</summary>
    public TimeSpan RecycleAfter { get; init; } = TimeSpan.FromDays(60);
}
