using System.Text.Json.Serialization;

namespace FhirGateway.Contracts;

/// <summary>
/// How a version of a claim stands. The last event of each resource id counts; the sum over those with <see cref="Current"/> true
/// is what was paid. A change of standing comes as an event of the same resource with the same data.
/// </summary>
public sealed record ClaimEntry
{
    /// <summary>One id for all versions of a claim.</summary>
    [JsonPropertyName("lineage")] public required string Lineage { get; init; }

    /// <summary>One of <see cref="ClaimStates"/>.</summary>
    [JsonPropertyName("state")] public required string State { get; init; }

    /// <summary>Whether its amounts stand.</summary>
    [JsonPropertyName("current")] public required bool Current { get; init; }

    /// <summary>Resource id of the version before it; it need not be one that you were given.</summary>
    [JsonPropertyName("predecessor")] public string? Predecessor { get; init; }

    /// <summary>True where what is known of the claim is not whole: a version that it names has not come, or two contradict each other.</summary>
    [JsonPropertyName("open")] public bool? Open { get; init; }
}
