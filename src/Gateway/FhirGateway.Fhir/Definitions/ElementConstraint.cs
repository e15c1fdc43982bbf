namespace FhirGateway.Fhir.Definitions;

/// <summary>An invariant. Keys are not unique across profiles and versions: the expression belongs to the identity.</summary>
/// <param name="Key">E.g. <c>us-core-6</c>.</param>
/// <param name="IsError">Severity: error, else warning.</param>
/// <param name="Human">What it asks for, in words.</param>
/// <param name="Expression">FHIRPath; null where only words are given.</param>
public sealed record ElementConstraint(string Key, bool IsError, string Human, string? Expression);
