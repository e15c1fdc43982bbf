namespace FhirGateway.FeedHealth;

/// <summary>Where a feed stands, as kept over a restart.</summary>
/// <param name="Source">Number of the source.</param>
/// <param name="Facility">Sending facility; empty for the source as a whole.</param>
/// <param name="First">Its first message.</param>
/// <param name="Last">Its latest message.</param>
/// <param name="Silence">Messages that were expected and did not come since, while the gateway listened.</param>
public sealed record FeedStanding(int Source, string Facility, DateTimeOffset First, DateTimeOffset Last, double Silence);
