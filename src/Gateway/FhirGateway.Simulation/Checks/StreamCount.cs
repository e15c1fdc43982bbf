namespace FhirGateway.Simulation.Checks;

/// <summary>Expected (optional events left out) and received events of one stream.</summary>
public readonly record struct StreamCount(string Participant, string Stream, int Expected, int Received);
