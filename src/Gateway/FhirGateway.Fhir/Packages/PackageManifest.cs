using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>What package.json says.</summary>
internal sealed record PackageManifest(string Id, string Version, ImmutableArray<PackageDependency> Dependencies, ImmutableArray<string> FhirVersions)
{
    /// <exception cref="PackageException">It is no JSON or does not name the package.</exception>
    public static PackageManifest Read(ReadOnlyMemory<byte> json, string file, PackageLimits limits)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = limits.MaxDepth });
            var root = document.RootElement;
            var id = DefinitionJson.Text(root, "name");
            var version = DefinitionJson.Text(root, "version");
            if (id is null || !PackageName.IsId(id))
                throw new PackageException(PackageFaultCode.NoManifest, $"{file}: package/package.json: name is missing or no package id");
            if (version is null || !PackageName.IsVersion(version))
                throw new PackageException(PackageFaultCode.NoManifest, $"{file}: package/package.json: version is missing or no package version");
            var versions = DefinitionJson.Texts(root, "fhirVersions");
            return new(id, version, DependenciesOf(root), versions.IsEmpty ? DefinitionJson.Texts(root, "fhir-version-list") : versions);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new PackageException(PackageFaultCode.NoManifest, $"{file}: package/package.json is no JSON: {e.Message}", e);
        }
    }

    private static ImmutableArray<PackageDependency> DependenciesOf(JsonElement root) =>
        DefinitionJson.Member(root, "dependencies") is { } dependencies
            ? [.. dependencies.EnumerateObject().Where(d => d.Value.ValueKind == JsonValueKind.String).Select(d => new PackageDependency(d.Name, d.Value.GetString()!))]
            : [];
}
