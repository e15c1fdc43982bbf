namespace FhirGateway.Simulation.Http;

/// <summary>A simulated server ends a connection on purpose.</summary>
internal sealed class ConnectionCutException() : IOException("cut on purpose");
