namespace FhirGateway.Simulation.Hospital;

/// <summary>How the messages of a visit reach the gateway.</summary>
public enum VisitStory
{
    /// <summary>Arrival, update, discharge.</summary>
    Plain,

    /// <summary>Arrival and discharge.</summary>
    Short,

    /// <summary>Arrival and update; the patient is still there.</summary>
    Open,

    /// <summary>As plain; the update is sent again, byte for byte.</summary>
    UpdateResent,

    /// <summary>As plain; the update is sent again under another control id.</summary>
    UpdateResentRenamed,

    /// <summary>The discharge arrives before the arrival.</summary>
    DischargeFirst,

    /// <summary>As plain, with a transfer (A02).</summary>
    WithTransfer,
}
