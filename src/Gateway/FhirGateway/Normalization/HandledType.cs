using System.Collections.Immutable;

namespace FhirGateway.Normalization;

/// <summary>What the gateway knows of one resource type: one line of the catalog.</summary>
public sealed record HandledType
{
    public required string Type { get; init; }

    /// <summary>The stream it is published on; null if it is never released.</summary>
    public required string? Stream { get; init; }
    public required DataClass DataClass { get; init; }

    /// <summary>Path of the reference to the Patient, or null.</summary>
    public required string? Subject { get; init; }

    /// <summary>Paths of the dates of service, in order of preference; empty if undated.</summary>
    public required ImmutableArray<string> Service { get; init; }

    /// <summary>Resources that others refer to come first: 0 to 8.</summary>
    public required int Order { get; init; }
    public bool IsReleasable => Stream is not null;

    internal ImmutableArray<byte[]> SubjectPath { get; init; } = [];
    internal ImmutableArray<ServicePath> ServicePaths { get; init; } = [];
}
