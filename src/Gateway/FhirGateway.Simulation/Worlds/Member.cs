using FhirGateway.Simulation.People;

namespace FhirGateway.Simulation.Worlds;

/// <summary>A person as a payer's member.</summary>
public sealed record Member
{
    public required string Payer { get; init; }
    public required SimulatedPerson Person { get; init; }

    /// <summary>Identifies the member at the payer, and in its roster.</summary>
    public required string MemberId { get; init; }

    /// <summary>Id of the payer's Patient resource.</summary>
    public required string PatientId { get; init; }

    /// <summary>What the payer believes; its roster says the same.</summary>
    public required PersonView View { get; init; }

    /// <summary>Whether the payer's Patient carries the social security number.</summary>
    public required bool TellsSsn { get; init; }

    /// <summary>The roster row of this member; null where the payer attributes them to nobody.</summary>
    public RosterRow? Attribution { get; init; }

    public override string ToString() => $"Member {Person.Index} of {Payer}";
}
