using FhirGateway.Fhir.Packages;

namespace FhirGateway.Host.Commands;

/// <summary>Where the packages that a command line names come from. Each file is read once.</summary>
internal sealed class PackageSources(Session session)
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["us-core"] = "hl7.fhir.us.core",
        ["carin-bb"] = "hl7.fhir.us.carin-bb",
        ["davinci-atr"] = "hl7.fhir.us.davinci-atr",
        ["davinci-pdex"] = "hl7.fhir.us.davinci-pdex",
    };

    private readonly Dictionary<string, FhirPackage> read = new(StringComparer.Ordinal);

    /// <summary>The packages given, and those that they need, as far as they can be had; what cannot is said.</summary>
    /// <exception cref="VerbFault">One that was given cannot be had.</exception>
    public async Task<List<FhirPackage>> LoadAsync(IEnumerable<string> given)
    {
        var packages = given.Select(Load).Distinct().ToList();
        foreach (var package in packages)
            foreach (var warning in package.Warnings)
                await session.Error.WriteLineAsync(warning);
        foreach (var (package, missing) in new PackageSet(packages).Missing.DistinctBy(m => m.Missing))
            await session.Error.WriteLineAsync($"{package} needs {missing.Id}#{missing.Version}, which is not at hand: what refers to it is not checked");
        return packages;
    }

    private FhirPackage Load(string given)
    {
        var path = session.PathOf(given);
        if (File.Exists(path) || given.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
            return LoadFile(given, path);
        throw new VerbFault($"--package {given}: no package of that name is at hand; give its .tgz file");
    }

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
