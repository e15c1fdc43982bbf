namespace FhirGateway.Fhir.Ndjson;

/// <summary>Limits of one NDJSON input, all checked before memory is taken.</summary>
public sealed record NdjsonLimits
{
    public static readonly NdjsonLimits Default = new();

    /// <summary>Longest line in bytes, 1 to 1 GiB; a longer one is reported as oversized and skipped.</summary>
    public int MaxLineBytes { get; init; } = 16 << 20;

    /// <summary>Most bytes of the input after inflation.</summary>
    public long MaxBytes { get; init; } = 64L << 30;

    /// <summary>Most inflated bytes per compressed byte.</summary>
    public int MaxRatio { get; init; } = 100;

    /// <summary>Inflated bytes up to which the ratio is not judged.</summary>
    public long RatioFreeBytes { get; init; } = 16 << 20;
}
