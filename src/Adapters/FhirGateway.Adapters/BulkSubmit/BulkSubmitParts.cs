using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Quarantine;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What the runner of bulk submissions works with.</summary>
public sealed record BulkSubmitParts
{
    public required string DataDirectory { get; init; }
    public required IStateStore Store { get; init; }
    public required BulkSubmitStore Submits { get; init; }
    public required BulkIntake Intake { get; init; }
    public required SubmissionControl Control { get; init; }
    public required CurrentDirectory Organizations { get; init; }
    public required EgressClient Egress { get; init; }
    public required ManifestFetcher Fetcher { get; init; }
    public required SmartTokens Tokens { get; init; }
    public required ISubmissionEvidence Evidence { get; init; }
    public required OutcomeFiles Outcomes { get; init; }
    public required TimeProvider Clock { get; init; }
    public BulkSubmitOptions Options { get; init; } = new();

    /// <summary>Completes when every journal entry that was there at the start has its row: only then is it known what was accepted before a crash.</summary>
    public required Func<CancellationToken, Task> JournalIsTaken { get; init; }
}
