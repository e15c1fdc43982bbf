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

    public PackageSet Packages => packages;

    public LocalTerminology Local => local;

    /// <summary>The definition of a canonical and the package that holds it; null with the reason if there is none.</summary>
    public (FhirValueSet Set, FhirPackage? Package)? FindValueSet(string canonical, FhirPackage? from, out string? reason)
    {
        reason = null;
        try
        {
            if (packages.FindValueSet(canonical, from) is { } found)
                return (found.ValueSet, found.Package);
        }
        catch (FormatException e)
        {
            reason = $"the value set {canonical} cannot be read: {e.Message}";
        }
        if (local.FindValueSet(canonical) is { } own)
            return (own, from);
        if (BackFill.Find(canonical) is { } other)
            return (other, null);
        reason ??= $"the value set {canonical} is not in the loaded packages";
        return null;
    }

    /// <summary>A code system: a complete one from the packages, else one of the operator's, else what the packages have; null with the reason.</summary>
    public CodeSystemIndex? FindCodeSystem(string url, string? version, FhirPackage? from, out string? reason)
    {
        reason = null;
        var found = ReadCodeSystem(url, version, from, ref reason);
        if (found is not { Content: "complete" } && local.FindCodeSystem(url) is { } own)
            found = own;
        found ??= PieceTogether(url);
        if (found is not null)
            return Index(found);
        reason ??= $"the code system {url} is not in the loaded packages";
        return null;
    }

    public CodeSystemIndex Index(FhirCodeSystem system) => indexes.GetOrAdd(system, s => new CodeSystemIndex(s));

    public IEnumerable<string> CodeSystemUrls => packages.Packages.SelectMany(p => p.CodeSystemUrls).Concat(local.CodeSystemUrls).Append(BackFill.RaceAndEthnicity);

    /// <summary>All versions of a code system that can be read: the packages', the operator's, or one pieced together.</summary>
    public IEnumerable<CodeSystemIndex> CodeSystems(string url)
    {
        var found = packages.Packages.Select(p => Read(() => p.FindCodeSystem(url))).Append(local.FindCodeSystem(url)).OfType<FhirCodeSystem>().ToList();
        if (found.Count == 0 && PieceTogether(url) is { } system)
            found.Add(system);
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
            if (Read(() => package.FindValueSet(set.Url)) is { } other && IsUsable(other) && (other.Version is null || set.Version is null || other.Version == set.Version))
                return other.Expansion;
        return default;
    }

    private FhirCodeSystem? ReadCodeSystem(string url)
    {
        string? reason = null;
        return ReadCodeSystem(url, version: null, from: null, ref reason);
    }

    private FhirCodeSystem? ReadCodeSystem(string url, string? version, FhirPackage? from, ref string? reason)
    {
        try
        {
            return packages.FindCodeSystem(version is null ? url : url + "|" + version, from)?.CodeSystem;
        }
        catch (FormatException e)
        {
            reason = $"the code system {url} cannot be read: {e.Message}";
            return null;
        }
    }

    private static bool IsUsable(FhirValueSet set) => !set.Expansion.IsDefaultOrEmpty;

    private FhirCodeSystem? PieceTogether(string url) => backFilled.GetOrAdd(url, u => BackFill.FindCodeSystem(u, other => ReadCodeSystem(other)));

    /// <summary>A definition that cannot be read is passed over; who asks for it by its name is told.</summary>
    private static T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
