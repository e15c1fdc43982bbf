namespace FhirGateway.Fhir.Rules;

/// <summary>The tokens of an entry of a Bundle; -1 for what it has not.</summary>
internal readonly record struct BundleEntry(int Token, int FullUrl, int Resource);
