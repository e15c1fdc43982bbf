using FhirGateway.Episodes;

namespace FhirGateway.Normalization.Adt;

/// <summary>What the gateway knows beside the message: the Encounter is then written as the episode stands, not as the message alone says.</summary>
public sealed record AdtKnown
{
    /// <summary>The fold of all events of the visit, this message's included; null to fold this message alone.</summary>
    public Episode? Episode { get; init; }

    /// <summary>authority|value of the patient that the message's own was merged into; null if it was not.</summary>
    public string? SurvivorKey { get; init; }

    /// <summary>Which of the patients of a message about several (<see cref="AdtEvent.Group"/>); null for the one whose visit is the episode's, else the first.</summary>
    public int? Group { get; init; }

    public override string ToString() => $"AdtKnown({Episode})";
}
