namespace FhirGateway.Publications;

/// <summary>What is known of one record after sending.</summary>
/// <param name="Outcome">Whether it is in the log.</param>
/// <param name="Offset">Where it is in the partition's log; -1 unless delivered, and where the broker did not say (it had the record already).</param>
/// <param name="Reason">A code that can be counted (the broker's or client's error code); null when delivered.</param>
public readonly record struct DeliveryReport(DeliveryOutcome Outcome, long Offset, string? Reason)
{
    public static DeliveryReport Delivered(long offset) => new(DeliveryOutcome.Delivered, offset, null);

    public static DeliveryReport NotDelivered(string reason) => new(DeliveryOutcome.NotDelivered, -1, reason);

    public static DeliveryReport Refused(string reason) => new(DeliveryOutcome.Refused, -1, reason);

    public static DeliveryReport TopicRefused(string reason) => new(DeliveryOutcome.TopicRefused, -1, reason);
}
