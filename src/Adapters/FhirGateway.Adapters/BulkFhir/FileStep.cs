namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What follows an attempt.</summary>
internal readonly record struct FileStep(bool IsEnd, FileFault? Fault, TimeSpan? Pause)
{
    /// <summary>The answer ended as announced.</summary>
    public static readonly FileStep End = new(true, null, null);

    /// <summary>Another attempt at once.</summary>
    public static readonly FileStep GoOn = new(false, null, null);

    /// <summary>Another attempt after a pause.</summary>
    public static FileStep After(TimeSpan pause) => new(false, null, pause);

    /// <summary>No further attempt.</summary>
    public static FileStep Fail(FileFault fault) => new(true, fault, null);
}
