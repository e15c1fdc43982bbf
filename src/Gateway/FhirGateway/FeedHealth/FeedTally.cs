namespace FhirGateway.FeedHealth;

/// <summary>How often a source sent a value.</summary>
/// <param name="Source">Number of the source; 0 for senders that nobody knows.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Location">The field for codes; empty for the rest.</param>
/// <param name="Value">The value; <see cref="Others"/> beyond the bound of distinct ones.</param>
/// <param name="Count">How often.</param>
/// <param name="First">When first.</param>
/// <param name="Last">When last.</param>
public sealed record FeedTally(int Source, FeedTallyKind Kind, string Location, string Value, long Count, DateTimeOffset First, DateTimeOffset Last)
{
    public const string Others = "(others)";
}
