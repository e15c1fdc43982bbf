using System.Collections.Immutable;
using FhirGateway.Processing;
using FhirGateway.Simulation.Checks;
using FhirGateway.Simulation.Hospital;

namespace FhirGateway.Host.Demo;

/// <summary>How the demo came out.</summary>
internal sealed record DemoResult(
    TruthReport Report, GatewayStatus Status, ImmutableArray<SentMessage> Sent, bool AuditVerified, string AuditText)
{
    public bool IsRight => Report.IsRight && AuditVerified;
}
