namespace FhirGateway.Simulation.Worlds;

/// <summary>A line of a payer's opt-out file; <paramref name="Participant"/> null means every participant. The latest date wins.</summary>
public sealed record OptOutRow(string Payer, string MemberId, int Person, string? Participant, bool Revoked, DateOnly Date)
{
    public override string ToString() => $"OptOutRow {Person}";
}
