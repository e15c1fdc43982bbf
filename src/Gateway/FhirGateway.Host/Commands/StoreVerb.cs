namespace FhirGateway.Host.Commands;

/// <summary>What a verb does with the engine, in this process or in the one that owns the data directory; returns its exit code.</summary>
internal delegate Task<int> StoreVerb(RunningGateway gateway, CancellationToken cancellationToken);
