using System.Text.Json.Serialization;

namespace FhirGateway.Processing;

/// <summary>Events on one stream.</summary>
public sealed record StreamCount(
    [property: JsonPropertyName("participant")] string Participant,
    [property: JsonPropertyName("stream")] string Stream,
    [property: JsonPropertyName("events")] long Events);
