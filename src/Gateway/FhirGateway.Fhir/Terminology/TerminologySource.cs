using System.Collections.Concurrent;
using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Where value sets and code systems come from. Safe for parallel use.</summary>
internal sealed class TerminologySource(PackageSet packages, LocalTerminology local)
{
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
            return FindValueSet(other, from: null, out reason);
        reason ??= $"the value set {canonical} is not in the loaded packages";
        return null;
    }

    /// <summary>A code system: a complete one from the packages, else one of the operator's, else what the packages have; null with the reason.</summary>
    public CodeSystemIndex? FindCodeSystem(string url, string? version, FhirPackage? from, out string? reason)
    {
        reason = null;
        FhirCodeSystem? found = null;
        try
        {
            found = packages.FindCodeSystem(version is null ? url : url + "|" + version, from)?.CodeSystem;
        }
        catch (FormatException e)
        {
            reason = $"the code system {url} cannot be read: {e.Message}";
        }
        if (found is not { Content: "complete" } && local.FindCodeSystem(url) is { } own)
            found = own;
        if (found is not null)
            return Index(found);
        reason ??= $"the code system {url} is not in the loaded packages";
        return null;
    }

    public CodeSystemIndex Index(FhirCodeSystem system) => indexes.GetOrAdd(system, s => new CodeSystemIndex(s));

    /// <summary>Codes that someone else has worked out for a set: in its own definition, by the operator, or in another package.</summary>
    public ImmutableArray<CodedConcept> FindExpansion(FhirValueSet set)
    {
        if (IsUsable(set))
            return set.Expansion;
        if (local.FindValueSet(set.ToString()) is { } own && IsUsable(own))
            return own.Expansion;
        foreach (var package in packages.Packages)
            if (Read(package, set.Url) is { } other && IsUsable(other) && (other.Version is null || set.Version is null || other.Version == set.Version))
                return other.Expansion;
        return default;
    }

    private static bool IsUsable(FhirValueSet set) => !set.Expansion.IsDefaultOrEmpty;

    /// <summary>A definition that cannot be read is no expansion; who asks for the set itself is told.</summary>
    private static FhirValueSet? Read(FhirPackage package, string url)
    {
        try
        {
            return package.FindValueSet(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
