namespace FhirGateway.Publications;

/// <summary>Whether a record is in the log.</summary>
public enum DeliveryOutcome
{
    /// <summary>No positive report: a failure, or silence. Send it again; the consumer drops a repeat by its id.</summary>
    NotDelivered = 0,

    /// <summary>The broker reported it stored.</summary>
    Delivered,

    /// <summary>Sending this record again cannot help until an operator changes something: it is too large or not accepted as it is.</summary>
    Refused,

    /// <summary>No record of this topic can be sent until an operator changes something: it is not ours to write, or has no valid name.</summary>
    TopicRefused,
}
