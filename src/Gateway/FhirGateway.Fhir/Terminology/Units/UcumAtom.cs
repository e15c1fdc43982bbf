namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>An atom of UCUM: one row of the table.</summary>
/// <param name="Code">Its symbol, case-sensitive.</param>
/// <param name="Kind">What sort of atom it is.</param>
/// <param name="IsMetric">Whether it takes prefixes.</param>
/// <param name="Value">How many of <paramref name="Unit"/>; null for one that is defined by itself.</param>
/// <param name="Unit">A term of other atoms.</param>
/// <param name="Function">For a special unit, the function from its proper unit to its scale; else null.</param>
internal sealed record UcumAtom(string Code, UcumAtomKind Kind, bool IsMetric, Rational Value, string Unit, string? Function);
