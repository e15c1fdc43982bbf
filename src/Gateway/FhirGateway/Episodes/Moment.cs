using System.Text.Json.Serialization;

namespace FhirGateway.Episodes;

/// <summary>A time as it is written into FHIR, with the precision that was sent, and the instant that orders it.</summary>
/// <param name="Text">A FHIR dateTime.</param>
/// <param name="Instant">Its beginning, in the feed's zone.</param>
[JsonConverter(typeof(CompactJson.OfMoment))]
public readonly record struct Moment(string Text, DateTimeOffset Instant);
