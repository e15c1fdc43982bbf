namespace FhirGateway.Normalization.Adt;

/// <summary>A code of a v2 table.</summary>
/// <param name="Code">As the table spells it.</param>
/// <param name="Target">What it means; null if nothing in the standard does.</param>
/// <param name="IsOfFeed">The feed says so, not the standard.</param>
internal sealed record CodeEntry(string Code, CodeTarget? Target, bool IsOfFeed = false);
