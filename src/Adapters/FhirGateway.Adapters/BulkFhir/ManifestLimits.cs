namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What a manifest may cost.</summary>
public sealed record ManifestLimits
{
    public static readonly ManifestLimits Default = new();

    /// <summary>Bytes of one page.</summary>
    public int MostBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Files over all pages.</summary>
    public int MostFiles { get; init; } = 10_000;

    /// <summary>Pages that one manifest may be linked over.</summary>
    public int MostPages { get; init; } = 100;
}
