using System.Collections.Immutable;

namespace FhirGateway.FeedHealth;

/// <summary>What an operator is told of feeds.</summary>
public static class FeedAlertTypes
{
    public const string Silent = "feed.silent";

    /// <summary>Clears <see cref="Silent"/>.</summary>
    public const string Resumed = "feed.resumed";
    public const string VolumeDrop = "feed.volume-drop";
    public const string Errors = "feed.errors";
    public const string Unmatched = "feed.unmatched";

    /// <summary>A code that was never seen before and is in no table. Told once, never cleared.</summary>
    public const string NewCode = "feed.new-code";

    public static readonly ImmutableArray<string> All = [Silent, Resumed, VolumeDrop, Errors, Unmatched, NewCode];
}
