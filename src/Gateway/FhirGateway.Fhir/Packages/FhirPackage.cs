using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>One FHIR package in memory. What is in it is read when it is first asked for. Safe for parallel use.</summary>
/// <param name="id">E.g. <c>hl7.fhir.us.core</c>.</param>
/// <param name="version">E.g. <c>6.1.0</c>.</param>
/// <param name="dependencies">What it needs.</param>
/// <param name="structures">Its structures by canonical URL without a version.</param>
/// <param name="valueSets">Its value sets by canonical URL without a version.</param>
/// <param name="codeSystems">Its code systems by canonical URL without a version.</param>
public sealed class FhirPackage(
    string id,
    string version,
    ImmutableArray<PackageDependency> dependencies,
    IReadOnlyDictionary<string, Lazy<FhirStructure>> structures,
    IReadOnlyDictionary<string, Lazy<FhirValueSet>> valueSets,
    IReadOnlyDictionary<string, Lazy<FhirCodeSystem>> codeSystems)
{
    public string Id => id;
    public string Version => version;
    public ImmutableArray<PackageDependency> Dependencies => dependencies;
    public IEnumerable<string> StructureUrls => structures.Keys;
    public IEnumerable<string> ValueSetUrls => valueSets.Keys;
    public IEnumerable<string> CodeSystemUrls => codeSystems.Keys;

    /// <exception cref="FormatException">It is there and cannot be read; the message says why.</exception>
    public FhirStructure? FindStructure(string url) => structures.TryGetValue(url, out var found) ? found.Value : null;

    /// <inheritdoc cref="FindStructure"/>
    public FhirValueSet? FindValueSet(string url) => valueSets.TryGetValue(url, out var found) ? found.Value : null;

    /// <inheritdoc cref="FindStructure"/>
    public FhirCodeSystem? FindCodeSystem(string url) => codeSystems.TryGetValue(url, out var found) ? found.Value : null;

    public override string ToString() => id + "#" + version;
}
