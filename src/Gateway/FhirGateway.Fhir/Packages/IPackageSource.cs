namespace FhirGateway.Fhir.Packages;

/// <summary>A place on disk where packages lie.</summary>
public interface IPackageSource
{
    /// <summary>The versions of a package that lie there; empty if there are none or the place does not exist.</summary>
    IReadOnlyList<string> VersionsOf(string id);

    /// <summary>Reads one of them.</summary>
    /// <exception cref="PackageException">It is not there or cannot be used.</exception>
    FhirPackage Load(PackageName name);
}
