namespace FhirGateway.Tests.Fhir.FhirPath;

/// <summary>What a run of random cases saw.</summary>
public sealed record FhirPathFuzzReport
{
    public long Cases { get; init; }
    public long Compiled { get; init; }
    public long Faulted { get; init; }
    public TimeSpan Slowest { get; init; }
    public string SlowestText { get; init; } = "";
}
