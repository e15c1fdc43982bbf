namespace FhirGateway.Fhir.Packages;

/// <summary>What a package may take up. Checked before anything of that size is allocated.</summary>
public sealed record PackageLimits
{
    public static readonly PackageLimits Default = new();

    /// <summary>Bytes of the .tgz file.</summary>
    public long MaxArchiveBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of all entries with their headers, inflated.</summary>
    public long MaxInflatedBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of one entry.</summary>
    public int MaxEntryBytes { get; init; } = 64 << 20;

    public int MaxEntries { get; init; } = 100_000;

    /// <summary>Nesting of objects and arrays in one resource.</summary>
    public int MaxDepth { get; init; } = 128;
}
