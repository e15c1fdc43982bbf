namespace FhirGateway.FeedHealth;

/// <summary>A code that is in no table.</summary>
/// <param name="Location">The field, such as PV1-36.</param>
/// <param name="Code">As sent; empty where it might be more than a code.</param>
public readonly record struct UnmappedCode(string Location, string Code);
