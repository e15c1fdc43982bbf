using System.Text.Json.Serialization;

namespace FhirGateway.Episodes;

/// <summary>A visit that follows another one closely.</summary>
/// <param name="Kind">What.</param>
/// <param name="Visit">Encounter id of the later visit.</param>
/// <param name="Index">Encounter id of the earlier visit, the index stay.</param>
/// <param name="IndexEnd">When the index stay ended.</param>
/// <param name="Begin">When the later visit began.</param>
[JsonConverter(typeof(CompactJson.OfVisitSignal))]
public sealed record VisitSignal(VisitSignalKind Kind, Guid Visit, Guid Index, Moment IndexEnd, Moment Begin);
