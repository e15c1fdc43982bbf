namespace FhirGateway.Publications;

/// <summary>Whether a record is in the log.</summary>
public enum DeliveryOutcome
{
    /// <summary>No positive report: a failure, or silence. Send it again; the consumer drops a repeat by its id.</summary>
    NotDelivered = 0,

    /// <summary>The broker reported it stored.</summary>
    Delivered,

    /// <summary>Sending it again cannot help until an operator changes something: it is too large, or the topic is not ours to write.</summary>
    Refused,
}
