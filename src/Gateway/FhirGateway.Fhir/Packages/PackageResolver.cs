using System.Collections.Immutable;

namespace FhirGateway.Fhir.Packages;

/// <summary>Finds packages and what they depend on. Of several versions the newest that fits counts, of several sources with it the first.</summary>
public sealed class PackageResolver(params ImmutableArray<IPackageSource> sources)
{
    private const int MostVersionsNamed = 8;

    /// <summary>The package of that name, the newest that fits.</summary>
    /// <exception cref="PackageException">No source has it, or what is there cannot be used; the message says which versions are there.</exception>
    public FhirPackage Load(PackageName name)
    {
        var versions = sources.SelectMany(s => s.VersionsOf(name.Id)).Distinct(StringComparer.Ordinal).ToList();
        if (Best(versions, name.Version) is { } version)
            return sources.First(s => s.VersionsOf(name.Id).Contains(version)).Load(new(name.Id, version));
        var there = versions.OrderDescending(PackageVersionComparer.Instance).Take(MostVersionsNamed).ToList();
        throw new PackageException(PackageFaultCode.NotFound,
            there.Count == 0 ? $"{name} is not there" : $"{name} is not there; of {name.Id} there is {string.Join(", ", there)}");
    }

    /// <summary>The packages with all that they depend on. Cycles end; what cannot be had is a warning.</summary>
    public ResolvedPackages Resolve(IEnumerable<FhirPackage> packages)
    {
        var all = packages.DistinctBy(p => (p.Id, p.Version)).ToList();
        var missing = new Dictionary<PackageDependency, (string Why, List<FhirPackage> Askers)>();
        for (var i = 0; i < all.Count; i++)
            foreach (var dependency in all[i].Dependencies)
            {
                if (all.Exists(p => p.Id == dependency.Id && PackageVersionComparer.Matches(p.Version, dependency.Version)))
                    continue;
                if (missing.TryGetValue(dependency, out var known))
                    known.Askers.Add(all[i]);
                else if (TryLoad(dependency, out var why) is { } found)
                    all.Add(found);
                else
                    missing.Add(dependency, (why, [all[i]]));
            }
        return new(new(all), [.. missing.Select(m => $"{m.Value.Why}; {string.Join(", ", m.Value.Askers)} asks for it: what needs it is not checked")]);
    }

    internal static string? Best(IEnumerable<string> versions, string wanted)
    {
        var fitting = versions.Where(v => PackageVersionComparer.Matches(v, wanted)).OrderDescending(PackageVersionComparer.Instance).ToList();
        // A pattern means releases; what leads up to one counts only where there is none (semver.org 2.0.0, section 9).
        return fitting.Find(v => v == wanted) ?? fitting.Find(v => !v.Contains('-', StringComparison.Ordinal)) ?? fitting.FirstOrDefault();
    }

    private FhirPackage? TryLoad(PackageDependency dependency, out string why)
    {
        why = "";
        if (!PackageName.IsId(dependency.Id) || !PackageName.IsPattern(dependency.Version))
        {
            why = "A dependency has a name or version that no package has";
            return null;
        }
        try
        {
            return Load(new(dependency.Id, dependency.Version));
        }
        catch (PackageException e)
        {
            why = e.Code == PackageFaultCode.NotFound ? $"Package {e.Message}" : $"Package {dependency.Id}#{dependency.Version} cannot be used: {e.Message}";
            return null;
        }
    }
}
