using System.Text.Json;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>What a registry's list says of one version of a package.</summary>
/// <param name="Version">The version.</param>
/// <param name="Archive">URL of the .tgz, as given.</param>
/// <param name="Shasum">SHA-1 in hex, if given.</param>
/// <param name="Integrity">Hashes as W3C Subresource Integrity writes them, if given.</param>
internal sealed record RegistryVersion(string Version, string Archive, string? Shasum, string? Integrity)
{
    /// <summary>The version that is wanted, of the list that a registry gives for a package (GET {registry}/{id}).</summary>
    /// <exception cref="PackageException">The list is none, or has no such version.</exception>
    public static RegistryVersion Find(ReadOnlyMemory<byte> list, PackageName wanted, Uri registry)
    {
        try
        {
            using var document = JsonDocument.Parse(list);
            var versions = DefinitionJson.Member(document.RootElement, "versions")
                ?? throw new PackageException(PackageFaultCode.Registry, $"{registry.Host} lists no versions of {wanted.Id}");
            var names = versions.EnumerateObject().Select(v => v.Name).Where(PackageName.IsVersion).ToList();
            var latest = DefinitionJson.Member(document.RootElement, "dist-tags") is { } tags ? DefinitionJson.Text(tags, "latest") : null;
            var version = wanted.Version == "latest" && latest is not null && names.Contains(latest) ? latest : PackageResolver.Best(names, wanted.Version);
            if (version is null)
                throw new PackageException(PackageFaultCode.NotFound, $"{registry.Host} has no {wanted}; it has {string.Join(", ", names.OrderDescending(PackageVersionComparer.Instance).Take(8))}");
            if (DefinitionJson.Member(versions, version) is not { } entry || DefinitionJson.Member(entry, "dist") is not { } dist || DefinitionJson.Text(dist, "tarball") is not { } archive)
                throw new PackageException(PackageFaultCode.Registry, $"{registry.Host} does not say where {wanted.Id}#{version} is (dist.tarball)");
            return new(version, archive, DefinitionJson.Text(dist, "shasum"), DefinitionJson.Text(dist, "integrity"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new PackageException(PackageFaultCode.Registry, $"{registry.Host} answers for {wanted.Id} with something that is no JSON", e);
        }
    }
}
