using FhirGateway.Simulation.Http;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>A file of a job.</summary>
public sealed record ServedFile
{
    /// <summary>Last part of its path.</summary>
    public required string Name { get; init; }

    /// <summary>Member of the manifest that lists it: output, deleted, error or outcome.</summary>
    public required string Role { get; init; }

    /// <summary>Resource type that the manifest tells; null for none (organised output).</summary>
    public string? Type { get; init; }
    public required long Count { get; init; }
    public required BulkContent Content { get; init; }

    /// <summary>Name of the file in which its last block goes on; null where it is complete.</summary>
    public string? ContinuesIn { get; init; }
}
