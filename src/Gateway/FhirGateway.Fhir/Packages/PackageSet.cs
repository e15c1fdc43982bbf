using System.Collections.Concurrent;
using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>
/// Packages that are used together, several versions of one among them. A canonical without a version means, seen from a
/// package, what that package and those that it depends on say; seen from nowhere, the newest that is loaded. Immutable.
/// </summary>
public sealed class PackageSet
{
    private readonly Dictionary<FhirPackage, ImmutableArray<FhirPackage>> scopes = [];

    /// <summary>Structures that came with a differential only, with the snapshot or the fault that was made of it.</summary>
    private readonly ConcurrentDictionary<FhirStructure, FhirStructure> completed = new(ReferenceEqualityComparer.Instance);
    private readonly SnapshotGenerator generator;

    /// <param name="packages">All packages, each with its dependencies as far as they could be had.</param>
    public PackageSet(IEnumerable<FhirPackage> packages)
    {
        Packages = [.. packages.DistinctBy(p => (p.Id, p.Version)).OrderBy(p => p.Id, StringComparer.Ordinal).ThenByDescending(p => p.Version, PackageVersionComparer.Instance)];
        foreach (var package in Packages)
            scopes.Add(package, Scope(package));
        generator = new(this);
    }

    /// <summary>By id, the newest version first.</summary>
    public ImmutableArray<FhirPackage> Packages { get; }

    /// <summary>Dependencies that are not loaded, each with the package that names it.</summary>
    public IEnumerable<(FhirPackage Package, PackageDependency Missing)> Missing =>
        from package in Packages from dependency in package.Dependencies where Find(dependency) is null select (package, dependency);

    public FhirPackage? Find(string id, string? version = null) =>
        Packages.FirstOrDefault(p => p.Id == id && (version is null || PackageVersionComparer.Matches(p.Version, version)));

    /// <summary>
    /// The structure of a canonical, with the package that holds it, or null. It has a snapshot, made of its differential if need
    /// be, or a <see cref="FhirStructure.SnapshotFault"/>.
    /// </summary>
    /// <param name="canonical">URL, with or without <c>|version</c>.</param>
    /// <param name="from">The package that names it; null for none.</param>
    public (FhirStructure Structure, FhirPackage Package)? FindStructure(string canonical, FhirPackage? from = null) =>
        FindCompleted(canonical, from, null);

    /// <inheritdoc cref="FindStructure"/>
    public (FhirValueSet ValueSet, FhirPackage Package)? FindValueSet(string canonical, FhirPackage? from = null) =>
        Find(canonical, from, (package, url) => package.FindValueSet(url), s => s.Version);

    /// <inheritdoc cref="FindStructure"/>
    public (FhirCodeSystem CodeSystem, FhirPackage Package)? FindCodeSystem(string canonical, FhirPackage? from = null) =>
        Find(canonical, from, (package, url) => package.FindCodeSystem(url), s => s.Version);

    internal (FhirStructure Structure, FhirPackage Package)? FindCompleted(string canonical, FhirPackage? from, SnapshotTrail? trail) =>
        Find(canonical, from, (package, url) => package.FindStructure(url), s => s.Version) is var (structure, package)
            ? (Complete(structure, package, trail), package)
            : null;

    /// <summary>No lock is held while a snapshot is made: two threads may make the same one, and the first stays.</summary>
    private FhirStructure Complete(FhirStructure structure, FhirPackage package, SnapshotTrail? trail) =>
        !structure.Snapshot.IsEmpty || SnapshotTrail.Holds(trail, structure) ? structure
        : completed.TryGetValue(structure, out var known) ? known
        : completed.GetOrAdd(structure, generator.Generate(structure, package, trail));

    private (T, FhirPackage)? Find<T>(string canonical, FhirPackage? from, Func<FhirPackage, string, T?> find, Func<T, string?> versionOf)
        where T : class
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var url = bar < 0 ? canonical : canonical[..bar];
        var version = bar < 0 ? null : canonical[(bar + 1)..];
        var scope = from is not null && scopes.TryGetValue(from, out var own) ? own : Packages;
        return Search(scope, version) ?? (scope == Packages ? null : Search(Packages, version)) ?? (version is null ? null : Search(scope, null) ?? Search(Packages, null));

        (T, FhirPackage)? Search(ImmutableArray<FhirPackage> packages, string? wanted)
        {
            foreach (var package in packages)
                if (find(package, url) is { } found && (wanted is null || PackageVersionComparer.Matches(versionOf(found) ?? package.Version, wanted)))
                    return (found, package);
            return null;
        }
    }

    /// <summary>The package and, breadth first, what it depends on.</summary>
    private ImmutableArray<FhirPackage> Scope(FhirPackage package)
    {
        var scope = new List<FhirPackage> { package };
        for (var i = 0; i < scope.Count; i++)
            foreach (var dependency in scope[i].Dependencies)
                if (Find(dependency) is { } found && !scope.Contains(found))
                    scope.Add(found);
        return [.. scope];
    }

    private FhirPackage? Find(PackageDependency dependency) => Find(dependency.Id, dependency.Version);
}
