namespace FhirGateway.Episodes;

/// <summary>One entry of Encounter.location.</summary>
/// <param name="Location">Key of the innermost Location.</param>
/// <param name="Status">planned, active, reserved or completed.</param>
/// <param name="Start">Null if not known.</param>
/// <param name="End">Null if open or not known.</param>
public sealed record LocationPeriod(string Location, string Status, Moment? Start, Moment? End);
