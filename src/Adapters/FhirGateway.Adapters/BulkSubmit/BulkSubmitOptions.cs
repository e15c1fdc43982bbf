namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>How much is fetched at a time, and how patiently. The defaults are what production uses.</summary>
public sealed record BulkSubmitOptions
{
    /// <summary>1 to 16: manifests that are fetched at a time, over all sources.</summary>
    public int ManifestsAtOnce { get; init; } = 4;

    /// <summary>1 to 16: of these, for one source.</summary>
    public int ManifestsPerSource { get; init; } = 2;

    /// <summary>1 to 16: files of one manifest at a time.</summary>
    public int FilesAtOnce { get; init; } = 4;

    /// <summary>0 to 10: how often a manifest or file is asked for again where its server is busy, broken or away.</summary>
    public int MostRetries { get; init; } = 4;

    /// <summary>The first pause before that, where the server asks for none; the next ones double.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the progress of what was accepted is looked at.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);
}
