namespace FhirGateway.Normalization.Adt;

/// <summary>What is known of a visit before a message about it, so that the message cannot turn it back.</summary>
/// <param name="Status">Encounter.status: planned, in-progress, finished, cancelled.</param>
/// <param name="PeriodStart">Encounter.period.start, a FHIR dateTime.</param>
/// <param name="PeriodEnd">Encounter.period.end.</param>
/// <param name="LastEventTime">The latest event time seen.</param>
public sealed record EpisodeState(string Status, string? PeriodStart, string? PeriodEnd, DateTimeOffset LastEventTime);
