namespace FhirGateway.Simulation.Worlds;

/// <summary>A line of a payer's roster: whom it attributes to whom, and when. Days are inclusive; a null end is open.</summary>
public sealed record RosterRow(string Payer, string MemberId, int Person, string Participant, string LocalId, DateOnly Start, DateOnly? End)
{
    /// <summary>Whether the attribution is active on <paramref name="day"/>.</summary>
    public bool IsActiveOn(DateOnly day) => Start <= day && (End is null || End >= day);

    /// <summary>Whether a service lies in the attribution's period, look-back included. A null bound of the service is open.</summary>
    public bool Covers(DateOnly? serviceStart, DateOnly? serviceEnd, int lookBackDays) =>
        (serviceEnd is null || serviceEnd >= Start.AddDays(-lookBackDays)) && (End is null || serviceStart is null || serviceStart <= End);

    public override string ToString() => $"RosterRow {Person} at {Participant}";
}
