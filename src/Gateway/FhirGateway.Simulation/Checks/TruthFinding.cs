namespace FhirGateway.Simulation.Checks;

/// <summary>One thing that is wrong; the detail names the event by keys, sequence and ids.</summary>
public sealed record TruthFinding(FindingKind Kind, string Participant, string Stream, string Detail)
{
    public override string ToString() => $"{Kind} at {Participant}/{Stream}: {Detail}";
}
