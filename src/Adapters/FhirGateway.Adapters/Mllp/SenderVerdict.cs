namespace FhirGateway.Adapters.Mllp;

/// <summary>Whose a certificate is, or why it is nobody's.</summary>
/// <param name="Source">Id of the source; null where it is refused.</param>
/// <param name="Refusal">A word of a fixed list; null where it is accepted.</param>
public readonly record struct SenderVerdict(string? Source, string? Refusal);
