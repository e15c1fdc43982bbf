using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Packages;
using FhirGateway.Validation;

namespace FhirGateway.Host.Commands;

/// <summary>Where the packages that a command line names come from: files, the built-in ones, and folders. Each file is read once.</summary>
/// <param name="session">Whose paths they are.</param>
/// <param name="folders">Where names are looked up beside the built-in packages, in this order.</param>
internal sealed class PackageSources(Session session, params IPackageSource[] folders)
{
    private readonly Dictionary<string, FhirPackage> read = new(StringComparer.Ordinal);
    private readonly PackageResolver resolver = new([new LoadedPackages(BuiltInPackages.All), .. folders]);

    /// <summary>With the packages of the data directory and of the cache that FHIR tools share.</summary>
    public static PackageSources Usual(Session session, string? data) => new(
        session,
        PackageCommand.FolderIn(DataDirectory.PathOf(session, data)),
        new PackageCache(session.PathOf(Settings.Read().Packages.CacheFolder ?? PackageCache.UsualPath)));

    /// <summary>
    /// The packages given, those that they need as far as they can be had, and R4 itself; the built-in ones if none is given.
    /// What is missing is said. With them the names of those whose profiles also apply to a resource that declares none.
    /// </summary>
    /// <exception cref="VerbFault">One that was given cannot be had.</exception>
    public async Task<(List<FhirPackage> Packages, IReadOnlyList<string> Preferred)> LoadAsync(IReadOnlyList<string> given)
    {
        if (given.Count == 0)
            return ([.. BuiltInPackages.All.Packages], [.. ProfileSets.Default.Select(n => new ProfileSets().Find(n)!.ToString())]);
        var packages = given.Select(Load).ToList();
        var preferred = packages.Where(p => p.Id != BuiltInPackages.R4.Id).Select(p => p.ToString()).ToList();
        if (!packages.Exists(p => p.Id == BuiltInPackages.R4.Id))
            packages.Add(BuiltInPackages.R4);
        var resolved = resolver.Resolve(packages);
        foreach (var warning in resolved.Packages.Packages.SelectMany(p => p.Warnings).Concat(resolved.Warnings))
            await session.Error.WriteLineAsync("warning: " + warning);
        return ([.. resolved.Packages.Packages], preferred);
    }

    private FhirPackage Load(string given)
    {
        var path = session.PathOf(given);
        try
        {
            if (!File.Exists(path) && !given.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
                return resolver.Load(Name(given));
            if (!read.TryGetValue(path, out var package))
                read.Add(path, package = PackageReader.ReadFile(path));
            return package;
        }
        catch (PackageException e) when (e.Code == PackageFaultCode.NotFound)
        {
            throw new VerbFault($"--package {given}: {e.Message}; give its .tgz file, or add it with ./gateway package add");
        }
        catch (PackageException e)
        {
            throw new VerbFault($"--package {given}: {e.Message}");
        }
    }

    private static PackageName Name(string given) => PackageName.TryParse(given, out var name)
        ? name
        : throw new VerbFault($"--package {given}: there is no such file, and it is no NAME@VERSION such as us-core@6.1.0");
}
