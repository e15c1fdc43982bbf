namespace FhirGateway.Simulation.Payers;

/// <summary>How much was written to a bulk file.</summary>
public readonly record struct BulkCount(long Resources, long Bytes);
