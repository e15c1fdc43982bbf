namespace FhirGateway.Fhir.Packages;

/// <summary>What a package says that it needs.</summary>
/// <param name="Id">Id of the package, e.g. <c>hl7.fhir.us.core</c>.</param>
/// <param name="Version">A version, or a pattern of one such as <c>3.1.x</c>, <c>latest</c> or <c>current</c>.</param>
public sealed record PackageDependency(string Id, string Version);
