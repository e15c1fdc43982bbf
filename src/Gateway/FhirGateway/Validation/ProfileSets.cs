using System.Collections.Concurrent;
using System.Collections.Immutable;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Validation;

/// <summary>The profile sets of all sources, each compiled once. Safe for parallel use.</summary>
public sealed class ProfileSets
{
    /// <summary>What a source is checked against that names nothing.</summary>
    public static readonly ImmutableArray<string> Default = ["us-core@6.1.0", "carin-bb@2.0.0"];

    private readonly ConcurrentDictionary<string, Lazy<ProfileSet>> made = new(StringComparer.Ordinal);

    /// <summary>The set of those packages; the default if there are none.</summary>
    /// <param name="packages">Names as <see cref="Find"/> takes them; what is not at hand is a finding about every resource.</param>
    public ProfileSet Of(ImmutableArray<string> packages)
    {
        var names = packages.IsDefaultOrEmpty ? Default : packages;
        return made.GetOrAdd(string.Join(',', names), _ => new(() => Make(names))).Value;
    }

    /// <summary>The package of a name such as <c>us-core@6.1.0</c>, or null if it is not at hand.</summary>
    public static FhirPackage? Find(string name) =>
        PackageName.TryParse(name, out var parsed) ? BuiltInPackages.All.Find(parsed.Id, parsed.Version) : null;

    /// <summary>
    /// Those that are named, what they depend on, and of the other built-in packages those of which no other version is chosen:
    /// a canonical without a version must not mean a newer one than the source was agreed on.
    /// </summary>
    private static ProfileSet Make(ImmutableArray<string> names)
    {
        var chosen = names.Select(Find).OfType<FhirPackage>().ToList();
        for (var i = 0; i < chosen.Count; i++)
            chosen.AddRange(chosen[i].Dependencies
                .Select(d => BuiltInPackages.All.Find(d.Id, d.Version)).OfType<FhirPackage>().Where(p => !chosen.Contains(p)).ToList());
        var ids = chosen.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var set = new PackageSet([.. chosen, .. BuiltInPackages.All.Packages.Where(p => !ids.Contains(p.Id))]);
        return new ProfileSet(new ValidationPlans(set, new TerminologyTables(set), names.Select(Find).OfType<FhirPackage>().Select(p => $"{p.Id}#{p.Version}")), [.. names.Where(n => Find(n) is null)]);
    }
}
