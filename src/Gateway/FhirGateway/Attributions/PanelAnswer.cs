namespace FhirGateway.Attributions;

/// <summary>What a payer says of a patient of a panel. The numbers are stored.</summary>
public enum PanelAnswer
{
    /// <summary>A member, and its data may be had.</summary>
    Found = 1,

    /// <summary>No member, or the payer does not accept the attested relationship.</summary>
    NotFound = 2,

    /// <summary>A member who opted out of Provider Access.</summary>
    OptedOut = 3,
}
