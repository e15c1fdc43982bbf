using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Packages;
using FhirGateway.Validation;

namespace FhirGateway.Host.Commands;

/// <summary>Where the packages that a command line names come from. Each file is read once.</summary>
internal sealed class PackageSources(Session session)
{
    private readonly Dictionary<string, FhirPackage> read = new(StringComparer.Ordinal);

    /// <summary>
    /// The packages given, those that they need as far as they can be had, and R4 itself; the built-in ones if none is given.
    /// What is missing is said.
    /// </summary>
    /// <exception cref="VerbFault">One that was given cannot be had.</exception>
    public async Task<List<FhirPackage>> LoadAsync(IReadOnlyList<string> given)
    {
        if (given.Count == 0)
            return [.. BuiltInPackages.All.Packages];
        var packages = given.Select(Load).Distinct().ToList();
        if (!packages.Exists(p => p.Id == BuiltInPackages.R4.Id))
            packages.Add(BuiltInPackages.R4);
        for (var i = 0; i < packages.Count; i++)
        {
            foreach (var warning in packages[i].Warnings)
                await session.Error.WriteLineAsync(warning);
            foreach (var dependency in packages[i].Dependencies)
                if (!packages.Exists(p => p.Id == dependency.Id && PackageVersionComparer.Matches(p.Version, dependency.Version))
                    && Find(new(dependency.Id, dependency.Version)) is { } needed)
                    packages.Add(needed);
        }

        var missing = new PackageSet(packages).Missing.Where(m => !BuiltInPackages.All.Packages.Contains(m.Package));
        foreach (var (package, dependency) in missing.DistinctBy(m => m.Missing))
            await session.Error.WriteLineAsync($"{package} needs {dependency.Id}#{dependency.Version}, which is not at hand: what refers to it is not checked");
        return packages;
    }

    private FhirPackage Load(string given)
    {
        var path = session.PathOf(given);
        if (File.Exists(path) || given.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
            return LoadFile(given, path);
        if (!PackageName.TryParse(given, out var name))
            throw new VerbFault($"--package {given}: neither a file nor the name of a package, such as us-core@6.1.0");
        name = name with { Id = PackageAliases.IdOf(name.Id) };
        return Find(name) ?? throw new VerbFault($"--package {given}: {name} is not at hand; built in are {string.Join(", ", BuiltInPackages.All.Packages)}; else give its .tgz file");
    }

    private static FhirPackage? Find(PackageName name) => BuiltInPackages.All.Find(name.Id, name.Version);

    private FhirPackage LoadFile(string given, string path)
    {
        if (read.TryGetValue(path, out var known))
            return known;
        try
        {
            var package = PackageReader.ReadFile(path);
            read.Add(path, package);
            return package;
        }
        catch (PackageException e)
        {
            throw new VerbFault($"--package {given}: {e.Message}");
        }
    }
}
