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

    /// <summary>Left as a submission that was accepted later had made it.</summary>
    [JsonPropertyName("superseded")] public long Superseded { get; init; }

    /// <summary>Resources that the source deleted.</summary>
    [JsonPropertyName("deleted")] public long Deleted { get; init; }

    /// <summary>Deletions of what was not there.</summary>
    [JsonPropertyName("deletedUnknown")] public long DeletedUnknown { get; init; }

    /// <summary>After it was taken back: resources that are gone.</summary>
    [JsonPropertyName("removed")] public long Removed { get; init; }

    /// <summary>After it was taken back: resources that have their earlier content again.</summary>
    [JsonPropertyName("restored")] public long Restored { get; init; }

    /// <summary>Events taken back.</summary>
    [JsonPropertyName("withdrawn")] public long Withdrawn { get; init; }

    /// <summary>Events written to streams.</summary>
    [JsonPropertyName("published")] public long Published { get; init; }
    [JsonPropertyName("byType")] public IReadOnlyDictionary<string, long> ByType { get; init; } = new Dictionary<string, long>();

    /// <summary>Resolved references whose target had not arrived at the end, by type; it may since.</summary>
    [JsonPropertyName("missingTargets")] public IReadOnlyDictionary<string, long> MissingTargets { get; init; } = new Dictionary<string, long>();

    public SubmissionCounts Plus(SubmissionCounts other) => new()
    {
        Lines = Lines + other.Lines,
        Stored = Stored + other.Stored,
        Unchanged = Unchanged + other.Unchanged,
        Held = Held + other.Held,
        WithIssues = WithIssues + other.WithIssues,
        UnresolvedReferences = UnresolvedReferences + other.UnresolvedReferences,
        Superseded = Superseded + other.Superseded,
        Deleted = Deleted + other.Deleted,
        DeletedUnknown = DeletedUnknown + other.DeletedUnknown,
        Removed = Removed + other.Removed,
        Restored = Restored + other.Restored,
        Withdrawn = Withdrawn + other.Withdrawn,
        Published = Published + other.Published,
        HeldByReason = Sum(HeldByReason, other.HeldByReason),
        Findings = Sum(Findings, other.Findings),
        ByType = Sum(ByType, other.ByType),
        MissingTargets = Sum(MissingTargets, other.MissingTargets),
    };

    private static SortedDictionary<string, long> Sum(IReadOnlyDictionary<string, long> a, IReadOnlyDictionary<string, long> b)
    {
        var sum = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, count) in a.Concat(b))
            sum[key] = sum.GetValueOrDefault(key) + count;
        return sum;
    }
}
