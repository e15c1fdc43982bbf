namespace FhirGateway.Messages;

/// <summary>What may repeat in a message.</summary>
public enum AdtGrouping
{
    /// <summary>Nothing: one patient, one visit.</summary>
    One,

    /// <summary>PID and all that follows it up to the next.</summary>
    Patients,

    /// <summary>MRG and PV1 of one patient.</summary>
    Visits,
}
