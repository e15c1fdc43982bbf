namespace FhirGateway.Fhir.FhirPath;

/// <summary>The result of an expression.</summary>
public sealed record FhirPathOutcome
{
    public required IReadOnlyList<FhirPathResult> Items { get; init; }

    /// <summary>Why there is no result; null if there is one.</summary>
    public FhirPathFault? Fault { get; init; }

    /// <summary>Something that was asked for is not at hand: a value set, the target of a reference, a profile.</summary>
    public bool IsIncomplete { get; init; }
}
