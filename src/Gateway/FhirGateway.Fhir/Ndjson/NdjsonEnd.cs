namespace FhirGateway.Fhir.Ndjson;

/// <summary>How an NDJSON input ended.</summary>
public enum NdjsonEnd
{
    /// <summary>Not yet at the end.</summary>
    None,

    /// <summary>Read to the end.</summary>
    Complete,

    /// <summary>Compressed data stop before their end; the lines before are good.</summary>
    Truncated,

    /// <summary>Compressed data are damaged, or bytes follow that are no gzip member; the lines before are good.</summary>
    Damaged,

    /// <summary>More than <see cref="NdjsonLimits.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Inflates by more than <see cref="NdjsonLimits.MaxRatio"/>.</summary>
    RatioTooHigh,

    /// <summary>Gzip within gzip.</summary>
    NestedGzip,
}
