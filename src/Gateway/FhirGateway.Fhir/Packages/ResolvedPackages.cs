using System.Collections.Immutable;

namespace FhirGateway.Fhir.Packages;

/// <summary>Packages with what they need, as far as it could be had.</summary>
/// <param name="Packages">All of them.</param>
/// <param name="Warnings">One line for each dependency that could not be had: which, who asks for it, and why not.</param>
public sealed record ResolvedPackages(PackageSet Packages, ImmutableArray<string> Warnings);
