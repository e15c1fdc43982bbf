using System.Text.Json.Serialization;

namespace FhirGateway.Submissions;

/// <summary>What became of the lines of a submission.</summary>
public sealed record SubmissionCounts
{
    /// <summary>Lines that are not empty.</summary>
    [JsonPropertyName("lines")] public long Lines { get; init; }

    /// <summary>Stored as new or changed.</summary>
    [JsonPropertyName("stored")] public long Stored { get; init; }

    /// <summary>Same content as before.</summary>
    [JsonPropertyName("unchanged")] public long Unchanged { get; init; }
    [JsonPropertyName("held")] public long Held { get; init; }
    [JsonPropertyName("heldByReason")] public IReadOnlyDictionary<string, long> HeldByReason { get; init; } = new Dictionary<string, long>();

    /// <summary>Resources with at least one error or warning of validation; they are passed, unless the source's policy holds errors.</summary>
    [JsonPropertyName("withIssues")] public long WithIssues { get; init; }

    /// <summary>Errors and warnings of validation by severity and key, such as <c>error us-core-6</c>.</summary>
    [JsonPropertyName("findings")] public IReadOnlyDictionary<string, long> Findings { get; init; } = new Dictionary<string, long>();

    /// <summary>References that did not resolve; kept and marked.</summary>
    [JsonPropertyName("unresolvedReferences")] public long UnresolvedReferences { get; init; }

    /// <summary>Stored versions of claims by how they stand: partial, final, adjusted, reversed, of the adjudicated ones denied; beside them
    /// preauthorization, which is no claim, and repeated, a version known under another id.</summary>
    [JsonPropertyName("claims")] public IReadOnlyDictionary<string, long> Claims { get; init; } = new Dictionary<string, long>();

    /// <summary>Events written to streams.</summary>
    [JsonPropertyName("published")] public long Published { get; init; }
    [JsonPropertyName("byType")] public IReadOnlyDictionary<string, long> ByType { get; init; } = new Dictionary<string, long>();

    public SubmissionCounts Plus(SubmissionCounts other) => new()
    {
        Lines = Lines + other.Lines,
        Stored = Stored + other.Stored,
        Unchanged = Unchanged + other.Unchanged,
        Held = Held + other.Held,
        WithIssues = WithIssues + other.WithIssues,
        UnresolvedReferences = UnresolvedReferences + other.UnresolvedReferences,
        Published = Published + other.Published,
        HeldByReason = Sum(HeldByReason, other.HeldByReason),
        Findings = Sum(Findings, other.Findings),
        Claims = Sum(Claims, other.Claims),
        ByType = Sum(ByType, other.ByType),
    };

    private static SortedDictionary<string, long> Sum(IReadOnlyDictionary<string, long> a, IReadOnlyDictionary<string, long> b)
    {
        var sum = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, count) in a.Concat(b))
            sum[key] = sum.GetValueOrDefault(key) + count;
        return sum;
    }
}
