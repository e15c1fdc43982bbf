namespace FhirGateway.Organizations;

/// <summary>An organisation that receives.</summary>
public sealed record Participant
{
    /// <summary>Number inside the state store; 0 before it is added.</summary>
    public int Number { get; init; }
    public required string Id { get; init; }
    public string? Name { get; init; }

    /// <summary>Its National Provider Identifier, under which it attests that it treats a patient; null where it asks no payer.</summary>
    public string? Npi { get; init; }
}
