namespace FhirGateway.Normalization.Adt;

/// <summary>Folds what a message says of a visit into what is known of it. A visit only moves forward, whatever order its messages arrive in.</summary>
internal static class EncounterTimeline
{
    public const string Planned = "planned";
    public const string InProgress = "in-progress";
    public const string Finished = "finished";
    public const string Cancelled = "cancelled";

    public static (string Status, string? Start, string? End) Merge(string status, string? start, string? end, DateTimeOffset time, EpisodeState? known)
    {
        if (known is null)
            return (status, start, end);
        var older = time < known.LastEventTime;
        var merged = Rank(known.Status) >= Rank(status) ? known.Status : status;
        var mergedStart = older ? known.PeriodStart ?? start : start ?? known.PeriodStart;
        var mergedEnd = older ? known.PeriodEnd ?? end : end ?? known.PeriodEnd;
        return (merged, mergedStart, merged is Finished or Cancelled ? mergedEnd : null);
    }

    private static int Rank(string status) => status switch
    {
        Planned => 0,
        InProgress => 1,
        Finished => 2,
        Cancelled => 3,
        _ => -1,
    };
}
