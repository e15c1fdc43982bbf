using System.Collections.Immutable;

namespace FhirGateway.Fhir.Packages;

/// <summary>A registry and what it may send.</summary>
public sealed record PackageRegistryOptions
{
    /// <summary>Its root, e.g. <c>https://registry.example/</c>; https unless its origin is in <see cref="AllowedOrigins"/>.</summary>
    public required Uri Registry { get; init; }

    /// <summary>
    /// Further origins (scheme, host and port) from which archives may come. Only an origin named here may be this machine, and
    /// only on this machine may it speak plain http.
    /// </summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>Time for one answer, its body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes of the list of versions.</summary>
    public int MaxListBytes { get; init; } = 32 << 20;

    public int MaxRedirects { get; init; } = 5;
    public PackageLimits Limits { get; init; } = PackageLimits.Default;
}
