namespace FhirGateway.Episodes;

/// <summary>One entry of Encounter.classHistory, the current class included.</summary>
public sealed record ClassPeriod(VisitClass Class, Moment? Start, Moment? End);
