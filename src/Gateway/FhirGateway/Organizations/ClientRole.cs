namespace FhirGateway.Organizations;

/// <summary>On whose behalf a client calls. The numbers are stored.</summary>
public enum ClientRole
{
    /// <summary>Of an organisation that sends: intake only.</summary>
    Source = 1,

    /// <summary>Of an organisation that receives: its own streams only.</summary>
    Participant = 2,

    /// <summary>Of whoever runs the gateway; it belongs to no organisation.</summary>
    Operator = 3,
}
