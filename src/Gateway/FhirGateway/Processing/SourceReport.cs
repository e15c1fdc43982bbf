using System.Text.Json.Serialization;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>How well a source is served: its figures, and how old its data are now.</summary>
public sealed record SourceReport
{
    [JsonPropertyName("source")] public required string Source { get; init; }

    /// <summary>Seconds since the transactionTime of its newest manifest; null where none is known.</summary>
    [JsonPropertyName("ageSeconds")] public double? AgeSeconds { get; init; }
    [JsonPropertyName("figures")] public required SourceFigures Figures { get; init; }
}
