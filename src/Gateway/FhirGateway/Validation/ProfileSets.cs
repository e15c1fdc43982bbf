using System.Collections.Concurrent;
using System.Collections.Immutable;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Validation;

/// <summary>The profile sets of all sources, each compiled once. Safe for parallel use.</summary>
/// <param name="added">Packages beside the built-in ones; null for none.</param>
public sealed class ProfileSets(IPackageSource? added = null)
{
    /// <summary>What a source is checked against that names nothing.</summary>
    public static readonly ImmutableArray<string> Default = ["us-core@6.1.0", "carin-bb@2.0.0"];

    private readonly PackageResolver resolver =
        added is null ? new(new LoadedPackages(BuiltInPackages.All)) : new(new LoadedPackages(BuiltInPackages.All), added);
    private readonly ConcurrentDictionary<string, Lazy<ProfileSet>> made = new(StringComparer.Ordinal);

    /// <summary>The set of those packages; the default if there are none.</summary>
    /// <param name="packages">Names as <see cref="Find"/> takes them; what is not at hand is a finding about every resource.</param>
    public ProfileSet Of(ImmutableArray<string> packages)
    {
        var names = packages.IsDefaultOrEmpty ? Default : packages;
        return made.GetOrAdd(string.Join(',', names), _ => new(() => Make(names))).Value;
    }

    /// <summary>The package of a name such as <c>us-core@6.1.0</c>, or null if it is not at hand or cannot be read.</summary>
    public FhirPackage? Find(string name)
    {
        if (!PackageName.TryParse(name, out var parsed))
            return null;
        try
        {
            return resolver.Load(parsed);
        }
        catch (PackageException)
        {
            // Whoever added it was told what is wrong with it; here it is as if it were not there.
            return null;
        }
    }

    /// <summary>
    /// Those that are named, what they depend on, and of the other built-in packages those of which no other version is chosen:
    /// a canonical without a version must not mean a newer one than the source was agreed on.
    /// </summary>
    private ProfileSet Make(ImmutableArray<string> names)
    {
        var named = names.Select(Find).OfType<FhirPackage>().ToList();
        var chosen = resolver.Resolve(named).Packages.Packages;
        var ids = chosen.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var set = new PackageSet([.. chosen, .. BuiltInPackages.All.Packages.Where(p => !ids.Contains(p.Id))]);
        return new ProfileSet(new ValidationPlans(set, new TerminologyTables(set), named.Select(p => p.ToString())), [.. names.Where(n => Find(n) is null)]);
    }
}
