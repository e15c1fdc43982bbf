namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>A resource that a payer holds.</summary>
public sealed record HeldResource
{
    public required string Type { get; init; }
    public required string Id { get; init; }

    /// <summary>Id of the Patient whose compartment it is in; null for none.</summary>
    public string? Patient { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>One line of JSON without its end; empty where the resource was deleted.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    public bool IsDeleted => Json.IsEmpty;

    public override string ToString() => $"HeldResource({Type})";
}
