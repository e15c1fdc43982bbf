namespace FhirGateway.Fhir.Packages;

/// <summary>A package cannot be had. The message names the file, the entry in it and why.</summary>
public sealed class PackageException(PackageFaultCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public PackageFaultCode Code => code;
}
