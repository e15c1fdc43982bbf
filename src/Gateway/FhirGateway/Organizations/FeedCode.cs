namespace FhirGateway.Organizations;

/// <summary>What one code of a sender means.</summary>
/// <param name="Code">As sent.</param>
/// <param name="Target">A code of the table's system, or SYSTEM#CODE; empty: known, and nothing in the standard means it.</param>
/// <param name="Display">Null for the one that the standard has.</param>
public sealed record FeedCode(string Code, string Target, string? Display);
