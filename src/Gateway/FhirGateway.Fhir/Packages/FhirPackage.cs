using System.Collections.Concurrent;
using System.Collections.Frozen;
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
    /// <summary>What could not be read, by URL, with the reason.</summary>
    private readonly ConcurrentDictionary<(Type Type, string Url), string> unreadable = [];
    private FrozenDictionary<(string Type, string Url), PackageResource>? resourcesByUrl;

    public string Id => id;
    public string Version => version;
    public ImmutableArray<PackageDependency> Dependencies => dependencies;
    public IEnumerable<string> StructureUrls => structures.Keys;
    public IEnumerable<string> ValueSetUrls => valueSets.Keys;
    public IEnumerable<string> CodeSystemUrls => codeSystems.Keys;

    /// <summary>All resources as they stand in the package's own folder; empty for a package that was not read from an archive.</summary>
    public ImmutableArray<PackageResource> Resources { get; init; } = [];

    /// <summary>The resources of <c>package/example</c>; empty unless they were asked for.</summary>
    public ImmutableArray<PackageResource> Examples { get; init; } = [];

    /// <summary>One line for each resource that is not available: those that the archive showed, then those that were asked for since.</summary>
    public ImmutableArray<string> Warnings => [.. LoadWarnings, .. unreadable.Values.Order(StringComparer.Ordinal)];

    internal ImmutableArray<string> LoadWarnings { get; init; } = [];

    /// <summary>The structure, or null if the package has none or cannot read it (<see cref="Warnings"/> then says why).</summary>
    public FhirStructure? FindStructure(string url) => Find(structures, url);

    /// <inheritdoc cref="FindStructure"/>
    public FhirValueSet? FindValueSet(string url) => Find(valueSets, url);

    /// <inheritdoc cref="FindStructure"/>
    public FhirCodeSystem? FindCodeSystem(string url) => Find(codeSystems, url);

    /// <summary>A resource of any type, e.g. a SearchParameter, as it stands in the package.</summary>
    public PackageResource? FindResource(string type, string url)
    {
        resourcesByUrl ??= Resources.Where(r => r.Url is not null).DistinctBy(r => (r.Type, r.Url!)).ToFrozenDictionary(r => (r.Type, r.Url!));
        return resourcesByUrl.GetValueOrDefault((type, url));
    }

    public override string ToString() => id + "#" + version;

    private T? Find<T>(IReadOnlyDictionary<string, Lazy<T>> all, string url)
        where T : class
    {
        if (!all.TryGetValue(url, out var found) || unreadable.ContainsKey((typeof(T), url)))
            return null;
        try
        {
            return found.Value;
        }
        catch (FormatException e)
        {
            unreadable.TryAdd((typeof(T), url), e.Message);
            return null;
        }
    }
}
