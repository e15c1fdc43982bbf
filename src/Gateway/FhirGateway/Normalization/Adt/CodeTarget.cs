namespace FhirGateway.Normalization.Adt;

/// <summary>A standard code that a v2 code means.</summary>
internal sealed record CodeTarget(string System, string Code, string? Display);
