namespace FhirGateway.Fhir.Packages;

/// <summary>Packages that are in memory already, the built-in ones for instance.</summary>
public sealed class LoadedPackages(PackageSet packages) : IPackageSource
{
    public IReadOnlyList<string> VersionsOf(string id) => [.. packages.Packages.Where(p => p.Id == id).Select(p => p.Version)];

    public FhirPackage Load(PackageName name) =>
        packages.Packages.FirstOrDefault(p => p.Id == name.Id && p.Version == name.Version)
        ?? throw new PackageException(PackageFaultCode.NotFound, $"{name} is not loaded");
}
