using System.Collections.Immutable;

namespace FhirGateway.Normalization;

/// <summary>One resource of a bulk file after the pure stages: its bytes under the published id and the facts that the state transaction needs.</summary>
public sealed record NormalizedResource
{
    public required string Type { get; init; }

    /// <summary>The id that the source gave it.</summary>
    public required string SourceId { get; init; }

    /// <summary>UUIDv5 of (source, type, source id).</summary>
    public required Guid Id { get; init; }

    /// <summary>Normalized UTF-8 JSON, published as it is.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
    public required ContentHash Hash { get; init; }

    /// <summary>The Patient it is about (its own id for a Patient); null for resources of no person.</summary>
    public ResourceReference? Subject { get; init; }

    /// <summary>The source id of <see cref="Subject"/>.</summary>
    public string? SubjectSourceId { get; init; }
    public ServicePeriod Service { get; init; }

    /// <summary>Every other resolved reference, distinct.</summary>
    public ImmutableArray<ResourceReference> References { get; init; } = [];

    /// <summary>Count of references that did not resolve and were kept and marked.</summary>
    public int Unresolved { get; init; }

    /// <summary>For a Patient only.</summary>
    public PatientFacts? Patient { get; init; }

    /// <summary>For what tells of a claim: its place in the claim's life. Null for every other type, and for a prior authorization.</summary>
    public ClaimFacts? Claim { get; init; }

    /// <summary>A prior authorization or estimate: no claim, though its type is that of one.</summary>
    public bool IsPreauthorization { get; init; }

    /// <summary>Business identifiers (system, value) of the resource itself, for conditional references.</summary>
    public ImmutableArray<(string System, string Value)> Identifiers { get; init; } = [];

    public override string ToString() => $"NormalizedResource({Type}, {Id})";
}
