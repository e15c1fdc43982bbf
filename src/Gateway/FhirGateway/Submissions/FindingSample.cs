using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FhirGateway.Submissions;

/// <summary>One kind of finding in a file: how often, and where it was met first.</summary>
public sealed record FindingSample
{
    /// <summary>Places that are named at most.</summary>
    public const int MostPlaces = 5;

    [JsonPropertyName("count")] public long Count { get; init; }

    /// <summary>FHIRPath of the first place; empty where it is the whole resource.</summary>
    [JsonPropertyName("expression")] public string Expression { get; init; } = "";

    /// <summary>The first resources with it: line and Type/id as the source named it, at most <see cref="MostPlaces"/>.</summary>
    [JsonPropertyName("places")] public ImmutableArray<FindingPlace> Places { get; init; } = [];
}
