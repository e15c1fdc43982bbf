namespace FhirGateway.Fhir.Packages;

/// <summary>Why a package cannot be had.</summary>
public enum PackageFaultCode
{
    /// <summary>The file or stream cannot be read.</summary>
    Unreadable,

    /// <summary>No gzip, no tar, or one that ends too early.</summary>
    Corrupt,

    /// <summary>Larger than <see cref="PackageLimits"/> allow.</summary>
    TooLarge,

    /// <summary>An entry that wants to stand outside its folder, or a link or device.</summary>
    Hostile,

    /// <summary><c>package/package.json</c> is missing or does not name the package.</summary>
    NoManifest,

    /// <summary>Nobody that was asked has this package or version.</summary>
    NotFound,

    /// <summary>A registry answered something that it may not answer.</summary>
    Registry,

    /// <summary>What came does not have the hash that was promised.</summary>
    WrongHash,
}
