namespace FhirGateway.Host.Control;

/// <summary>A verb to run in the process that owns the data directory: one line of JSON.</summary>
internal sealed record ControlRequest(string[] Args, string Cwd);
