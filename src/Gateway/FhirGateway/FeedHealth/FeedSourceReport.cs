namespace FhirGateway.FeedHealth;

/// <summary>All that is known of the feeds of one source.</summary>
/// <param name="Source">Its id.</param>
/// <param name="Feeds">The source as a whole, then its facilities.</param>
/// <param name="Held">Messages held, by reason.</param>
/// <param name="Refused">Messages refused, by reason.</param>
/// <param name="Charsets">How characters were read.</param>
/// <param name="Codes">Codes that are in no table.</param>
/// <param name="Fields">Messages by what was wrong with a field.</param>
/// <param name="Findings">Messages by the errors that profiles find, of those that were checked.</param>
public sealed record FeedSourceReport(
    string Source,
    IReadOnlyList<FeedReport> Feeds,
    IReadOnlyList<FeedSourceReport.Count> Held,
    IReadOnlyList<FeedSourceReport.Count> Refused,
    IReadOnlyList<FeedSourceReport.Count> Charsets,
    IReadOnlyList<FeedSourceReport.Count> Codes,
    IReadOnlyList<FeedSourceReport.Count> Fields,
    IReadOnlyList<FeedSourceReport.Count> Findings)
{
    public static FeedSourceReport Of(FeedLedger ledger, int number, string source, DateTimeOffset now)
    {
        var tallies = ledger.TalliesOf(number);
        return new FeedSourceReport(
            source, ledger.Report(now, number), Counts(FeedTallyKind.Held), Counts(FeedTallyKind.Refused), Counts(FeedTallyKind.Charset), Counts(FeedTallyKind.Code),
            Counts(FeedTallyKind.Field), Counts(FeedTallyKind.Finding));

        List<Count> Counts(FeedTallyKind kind) =>
            [.. tallies.Where(t => t.Kind == kind).Select(t => new Count(t.Location.Length == 0 ? null : t.Location, t.Value, t.Count, t.First, t.Last))];
    }

    /// <summary>How often a value came.</summary>
    /// <param name="Location">The field; null where there is only one.</param>
    /// <param name="Value">The value; empty where it might be more than a code.</param>
    /// <param name="Number">How often.</param>
    /// <param name="First">When first.</param>
    /// <param name="Last">When last.</param>
    public sealed record Count(string? Location, string Value, long Number, DateTimeOffset First, DateTimeOffset Last);
}
