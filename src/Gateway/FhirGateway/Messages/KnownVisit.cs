namespace FhirGateway.Messages;

/// <summary>What is known of a visit from earlier messages: status never regresses, and older messages do not overwrite.</summary>
/// <param name="Encounter">Published id of the Encounter.</param>
/// <param name="Status">FHIR Encounter.status.</param>
/// <param name="PeriodStart">FHIR dateTime, as first sent.</param>
/// <param name="PeriodEnd">FHIR dateTime, if discharged.</param>
/// <param name="LastEvent">Time of the newest event so far.</param>
public sealed record KnownVisit(Guid Encounter, string Status, string? PeriodStart, string? PeriodEnd, DateTimeOffset LastEvent);
