namespace FhirGateway.Fhir.Profiles;

/// <summary>The structure that asks for something.</summary>
/// <param name="Canonical">URL and version.</param>
/// <param name="IsProfile">A profile or extension; else FHIR itself.</param>
internal sealed record DefinitionSource(string Canonical, bool IsProfile)
{
    /// <summary>For <see cref="ValidationIssue.Profile"/>.</summary>
    public string? Profile => IsProfile ? Canonical : null;
}
