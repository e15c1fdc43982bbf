using System.Collections.Concurrent;
using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Where value sets and code systems come from. Safe for parallel use.</summary>
internal sealed class TerminologySource(PackageSet packages, LocalTerminology local)
{
    private readonly ConcurrentDictionary<string, FhirCodeSystem?> backFilled = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<FhirCodeSystem, CodeSystemIndex> indexes = new(ReferenceEqualityComparer.Instance);

    /// <summary>The definition of a canonical and the package that holds it; null with the reason if there is none.</summary>
    public (FhirValueSet Set, FhirPackage? Package)? FindValueSet(string canonical, FhirPackage? from, out string? reason)
    {
        reason = null;
        if (packages.FindValueSet(canonical, from) is { } found)
            return (found.ValueSet, found.Package);
        if (local.FindValueSet(canonical) is { } own)
            return (own, from);
        if (BackFill.Find(canonical) is { } other)
            return (other, null);
        reason = $"the value set {canonical} {Absence(canonical, p => p.ValueSetUrls)}";
        return null;
    }

    /// <summary>A code system: a complete one from the packages, else one of the operator's, else what the packages have; null with the reason.</summary>
    public CodeSystemIndex? FindCodeSystem(string url, string? version, FhirPackage? from, out string? reason)
    {
        reason = null;
        var found = packages.FindCodeSystem(version is null ? url : url + "|" + version, from)?.CodeSystem;
        if (found is not { Content: "complete" } && local.FindCodeSystem(url) is { } own)
            found = own;
        found ??= PieceTogether(url);
        if (found is not null)
            return Index(found);
        reason = $"the code system {url} {Absence(url, p => p.CodeSystemUrls)}";
        return null;
    }

    public CodeSystemIndex Index(FhirCodeSystem system) => indexes.GetOrAdd(system, s => new CodeSystemIndex(s));

    public IEnumerable<string> CodeSystemUrls => packages.Packages.SelectMany(p => p.CodeSystemUrls).Concat(local.CodeSystemUrls).Append(BackFill.RaceAndEthnicity).Append(CvxSystem.Url);

    /// <summary>All versions of a code system that can be read: the packages', the operator's, or one pieced together.</summary>
    public IEnumerable<CodeSystemIndex> CodeSystems(string url)
    {
        var found = packages.Packages.Select(p => p.FindCodeSystem(url)).Append(local.FindCodeSystem(url)).OfType<FhirCodeSystem>().ToList();
        if (found.Count == 0 && PieceTogether(url) is { } system)
            found.Add(system);
        if (found.Count == 0 && url == CvxSystem.Url)
            found.Add(CvxSystem.Value);
        return found.Select(Index);
    }

    /// <summary>Codes that someone else has worked out for a set: in its own definition, by the operator, or in another package.</summary>
    public ImmutableArray<CodedConcept> FindExpansion(FhirValueSet set)
    {
        if (IsUsable(set))
            return set.Expansion;
        if (local.FindValueSet(set.ToString()) is { } own && IsUsable(own))
            return own.Expansion;
        foreach (var package in packages.Packages)
            if (package.FindValueSet(set.Url) is { } other && IsUsable(other) && (other.Version is null || set.Version is null || other.Version == set.Version))
                return other.Expansion;
        return default;
    }

    private static bool IsUsable(FhirValueSet set) => !set.Expansion.IsDefaultOrEmpty;

    private FhirCodeSystem? PieceTogether(string url) => backFilled.GetOrAdd(url, u => BackFill.FindCodeSystem(u, other => packages.FindCodeSystem(other)?.CodeSystem));

    private string Absence(string canonical, Func<FhirPackage, IEnumerable<string>> urls)
    {
        var url = canonical.Split('|')[0];
        return packages.Packages.FirstOrDefault(p => urls(p).Contains(url)) is { } package
            ? $"cannot be read in the package {package}"
            : "is not in the loaded packages";
    }
}
