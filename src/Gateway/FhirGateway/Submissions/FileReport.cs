using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FhirGateway.Submissions;

/// <summary>What was found in one file of a submission; bounded, whatever the file holds.</summary>
public sealed record FileReport
{
    /// <summary>More kinds of findings than this are counted together as <see cref="Others"/>.</summary>
    public const int MostFindings = 200;

    /// <summary>Key of the findings beyond <see cref="MostFindings"/>.</summary>
    public const string Others = "others";

    /// <summary>Lines that are not empty, counted when the file was read to its end; null before.</summary>
    [JsonPropertyName("lines")] public long? Lines { get; init; }

    /// <summary>Of those, worked through.</summary>
    [JsonPropertyName("done")] public long Done { get; init; }
    [JsonPropertyName("held")] public long Held { get; init; }
    [JsonPropertyName("withIssues")] public long WithIssues { get; init; }
    [JsonPropertyName("heldByReason")] public ImmutableSortedDictionary<string, long> HeldByReason { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>By severity and key, such as <c>error us-core-6</c>.</summary>
    [JsonPropertyName("findings")] public ImmutableSortedDictionary<string, FindingSample> Findings { get; init; } = ImmutableSortedDictionary<string, FindingSample>.Empty;

    /// <summary>Whether every line was accepted as it is.</summary>
    [JsonIgnore] public bool IsClean => Held == 0 && WithIssues == 0;
}
