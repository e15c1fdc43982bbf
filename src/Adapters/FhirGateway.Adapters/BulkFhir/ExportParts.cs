using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What every export works with.</summary>
/// <param name="DataDirectory">Where the keys of sources lie.</param>
/// <param name="Jobs">Keeps the jobs.</param>
/// <param name="Organizations">Sources and participants.</param>
/// <param name="Answers">Takes what payers answer about panels.</param>
/// <param name="Intake">Accepts what was fetched.</param>
/// <param name="Egress">The way out.</param>
/// <param name="Tokens">Access tokens of sources.</param>
/// <param name="Fetcher">Fetches files.</param>
/// <param name="Options">How patient it is.</param>
/// <param name="Clock">The time.</param>
public sealed record ExportParts(
    string DataDirectory, ExportJobs Jobs, CurrentDirectory Organizations, PanelAnswerWriter Answers, BulkIntake Intake, EgressClient Egress, SmartTokens Tokens, ManifestFetcher Fetcher,
    ExportOptions Options, TimeProvider Clock);
