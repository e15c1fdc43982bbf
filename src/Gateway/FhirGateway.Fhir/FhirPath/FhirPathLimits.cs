namespace FhirGateway.Fhir.FhirPath;

/// <summary>Bounds of one evaluation; beyond them it ends with a fault.</summary>
public sealed record FhirPathLimits
{
    public static FhirPathLimits Default { get; } = new();

    /// <summary>Items visited and bytes compared, roughly.</summary>
    public long Steps { get; init; } = 20_000_000;

    /// <summary>Items in all collections that are held at one time.</summary>
    public int Items { get; init; } = 1_000_000;

    /// <summary>Bytes of text made.</summary>
    public int TextBytes { get; init; } = 16 << 20;

    /// <summary>Time of one evaluation.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);
}
