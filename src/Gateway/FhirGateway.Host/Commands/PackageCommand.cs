using System.CommandLine;
using System.Globalization;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Host.Commands;

/// <summary><c>package add|list</c>: FHIR packages in the data directory.</summary>
internal static class PackageCommand
{
    private const string Folder = "packages";
    private const int MostWarnings = 20;
    private static readonly string[] Header = ["id", "version", "profiles", "types", "value-sets", "code-systems"];

    public static Command Create(Session session)
    {
        var command = new Verb("package", "FHIR packages: profiles, value sets and code systems beyond those built in");
        command.Add(Add(session));
        command.Add(List(session));
        return command;
    }

    /// <summary>The packages of a data directory.</summary>
    public static PackageFolder FolderIn(string directory) => new(Path.Combine(directory, Folder));

    /// <summary>The package cache that FHIR tools share.</summary>
    public static PackageCache CacheAt(Session session, string? given) =>
        new(session.PathOf(given ?? Settings.Read().Packages.CacheFolder ?? PackageCache.UsualPath));

    private static Verb Add(Session session)
    {
        var command = new Verb("add", "Adds a package: a file, or by name from the shared package cache or a registry",
            "package add hl7.fhir.us.core-7.0.0.tgz",
            "package add us-core@7.0.0",
            "package add hl7.fhir.us.carin-bb@2.1.x --registry https://registry.example");
        var what = new Argument<string>("NAME@VER|FILE.tgz") { Description = "A .tgz file, or id and version of a package; the version may be a pattern such as 3.1.x" };
        var registry = new Option<string?>("--registry") { Description = "Package registry that is asked if the package is neither here nor in the cache [default: Gateway__Packages__Registry, else none]", HelpName = "URL" };
        var allow = new Option<string[]>("--allow") { Description = "Origin that the registry may lead to besides its own; the only way to loopback and plain http; again for more", HelpName = "ORIGIN", DefaultValueFactory = _ => [] };
        var cache = new Option<string?>("--cache") { Description = "The package cache that FHIR tools share [default: Gateway__Packages__CacheFolder, else ~/.fhir/packages]", HelpName = "DIR" };
        var data = DataDirectory.Option();
        foreach (var symbol in new Option[] { registry, allow, cache, data })
            command.Add(symbol);
        command.Add(what);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = Settings.Read().Packages;
            var search = new PackageSearch
            {
                Session = session,
                Folder = FolderIn(DataDirectory.PathOf(session, parsed.GetValue(data))),
                Cache = CacheAt(session, parsed.GetValue(cache)),
                Registry = parsed.GetValue(registry) ?? settings.Registry,
                AllowedOrigins = [.. parsed.GetValue(allow)!, .. (settings.AllowedOrigins ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            };
            Make(DataDirectory.PathOf(session, parsed.GetValue(data)));
            return await Faults(() => AddAsync(session, search, parsed.GetRequiredValue(what), cancellationToken));
        });
        return command;
    }

    private static void Make(string directory)
    {
        DataDirectory.Check(directory, makes: true);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static Verb List(Session session)
    {
        var command = new Verb("list", "Lists the packages that were added", "package list", "package list --data /var/lib/gateway");
        var data = DataDirectory.Option();
        command.Add(data);
        command.SetAction((parsed, _) => Faults(async () =>
        {
            var directory = DataDirectory.PathOf(session, parsed.GetValue(data));
            DataDirectory.Check(directory, makes: false);
            var folder = FolderIn(directory);
            await TextTable.WriteAsync(session, Header, folder.List().Select(n => Row(folder.Load(n))));
            return ExitCodes.Fine;
        }));
        return command;
    }

    private static async Task<int> AddAsync(Session session, PackageSearch search, string what, CancellationToken cancellationToken)
    {
        var package = await search.AddAsync(what, cancellationToken);
        var resolved = new PackageResolver(search.Folder, new LoadedPackages(BuiltInPackages.All), search.Cache).Resolve([package]);
        await WarnAsync(session, [.. Faults(package, resolved), .. resolved.Warnings]);
        await TextTable.WriteAsync(session, Header, [Row(package)]);
        return ExitCodes.Fine;
    }

    /// <summary>What of it will not be checked, and why. Everything is read for that.</summary>
    private static IEnumerable<string> Faults(FhirPackage package, ResolvedPackages resolved)
    {
        var faults = package.StructureUrls.Select(u => resolved.Packages.FindStructure(u, package)?.Structure.SnapshotFault).OfType<string>().ToList();
        foreach (var url in package.ValueSetUrls)
            package.FindValueSet(url);
        foreach (var url in package.CodeSystemUrls)
            package.FindCodeSystem(url);
        return [.. package.Warnings, .. faults];
    }

    private static async Task WarnAsync(Session session, List<string> warnings)
    {
        foreach (var warning in warnings.Take(MostWarnings))
            await session.Error.WriteLineAsync("warning: " + warning);
        if (warnings.Count > MostWarnings)
            await session.Error.WriteLineAsync($"warning: and {warnings.Count - MostWarnings} more");
    }

    private static string[] Row(FhirPackage package)
    {
        var structures = package.StructureUrls.Select(package.FindStructure).OfType<Fhir.Definitions.FhirStructure>().ToList();
        return
        [
            package.Id, package.Version, Text(structures.Count(s => s.IsConstraint)), Text(structures.Count(s => !s.IsConstraint)),
            Text(package.ValueSetUrls.Count()), Text(package.CodeSystemUrls.Count()),
        ];
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static async Task<int> Faults(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (PackageException e)
        {
            throw new VerbFault(e.Message);
        }
    }
}
