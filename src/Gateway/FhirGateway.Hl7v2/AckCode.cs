namespace FhirGateway.Hl7v2;

/// <summary>The outcome of a message (table 0008); the accept level (CA, CE, CR) follows from what the sender asked for.</summary>
public enum AckCode
{
    /// <summary>Accepted and safe.</summary>
    AA,

    /// <summary>Error in this message: resending it unchanged will not help.</summary>
    AE,

    /// <summary>Rejected: wrong type, event, version, or the receiver cannot take it now.</summary>
    AR,
}
