using System.Collections.Immutable;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Host.Commands;

/// <summary>Where <c>package add</c> looks: at a file, in the data directory, in the shared cache, and in a registry if one is set.</summary>
internal sealed class PackageSearch
{
    public required Session Session { get; init; }
    public required PackageFolder Folder { get; init; }
    public required PackageCache Cache { get; init; }
    public string? Registry { get; init; }
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>Puts the package into the data directory, if it is not there.</summary>
    /// <exception cref="VerbFault">It cannot be found.</exception>
    /// <exception cref="PackageException">It cannot be used.</exception>
    public async Task<FhirPackage> AddAsync(string what, CancellationToken cancellationToken)
    {
        if (File.Exists(Session.PathOf(what)))
        {
            await using var file = Session.Open(what);
            return await Folder.AddAsync(file, what, null, cancellationToken);
        }
        if (what.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || !PackageName.TryParse(what, out var name))
            throw new VerbFault($"{what}: there is no such file, and it is no NAME@VERSION such as hl7.fhir.us.core@6.1.0");
        if (Find(Folder, name) is { } here)
        {
            await Session.Error.WriteLineAsync($"{here} is there already.");
            return here;
        }
        return await FromCacheAsync(name, cancellationToken) ?? await FromRegistryAsync(name, cancellationToken);
    }

    private static FhirPackage? Find(IPackageSource source, PackageName name)
    {
        try
        {
            return new PackageResolver(source).Load(name);
        }
        catch (PackageException e) when (e.Code == PackageFaultCode.NotFound)
        {
            return null;
        }
    }

    private async Task<FhirPackage?> FromCacheAsync(PackageName name, CancellationToken cancellationToken)
    {
        if (Find(Cache, name) is not { } cached)
            return null;
        var exact = new PackageName(cached.Id, cached.Version);
        using var archive = new MemoryStream();
        Cache.Pack(exact, archive);
        archive.Position = 0;
        return await Folder.AddAsync(archive, $"{exact} of {Cache.Path}", exact, cancellationToken);
    }

    private async Task<FhirPackage> FromRegistryAsync(PackageName name, CancellationToken cancellationToken)
    {
        if (Registry is null)
        {
            var versions = Folder.VersionsOf(name.Id).Concat(Cache.VersionsOf(name.Id)).Distinct(StringComparer.Ordinal).ToList();
            var there = versions.Count == 0 ? "" : $" (of {name.Id} there is {string.Join(", ", versions)})";
            throw new VerbFault($"{name} is neither in {Folder.Path} nor in {Cache.Path}{there}: name its .tgz file, or a registry with --registry");
        }
        if (!Uri.TryCreate(Registry, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
            throw new VerbFault($"--registry {Registry}: not an absolute https URL");
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var registry = new PackageRegistry(http, new() { Registry = root, AllowedOrigins = AllowedOrigins }, TimeProvider.System);
        var (package, hadHash) = await registry.FetchAsync(name, Folder, cancellationToken);
        if (!hadHash)
            await Session.Error.WriteLineAsync($"warning: {root.Host} promises no hash for {package}; it was taken as it came");
        return package;
    }
}
