using System.Collections.Immutable;

namespace FhirGateway.Normalization;

/// <summary>What one source says of one human: the facts that identity matching reads, from a Patient, a PID or a roster row.</summary>
public sealed record PatientFacts
{
    public string? Family { get; init; }
    public string? Given { get; init; }
    public DateOnly? BirthDate { get; init; }

    /// <summary>FHIR administrative gender: male, female, other, unknown.</summary>
    public string? Sex { get; init; }

    /// <summary>As sent; matching compares the first five digits.</summary>
    public string? PostalCode { get; init; }
    public string? Phone { get; init; }
    public ImmutableArray<PatientIdentifier> Identifiers { get; init; } = [];

    public override string ToString() => $"PatientFacts({Identifiers.Length} identifiers)";
}
