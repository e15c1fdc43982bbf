using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>When an event happened, was recorded and was sent.</summary>
internal static class EventTimes
{
    /// <summary>When it happened: EVN-6, else when it was recorded: EVN-2, else when it was sent: MSH-7.</summary>
    public static Hl7DateTime? Of(AdtScope scope)
    {
        var evn = scope.Message.First("EVN");
        return ToTheDay(scope.Time(evn.Field(6), "EVN-6")) ?? Recorded(scope) ?? Sent(scope);
    }

    /// <summary>EVN-2.</summary>
    public static Hl7DateTime? Recorded(AdtScope scope) => ToTheDay(scope.Time(scope.Message.First("EVN").Field(2), "EVN-2"));

    /// <summary>MSH-7.</summary>
    public static Hl7DateTime? Sent(AdtScope scope) => ToTheDay(scope.Time(scope.Message.Header.Field(7), "MSH-7"));

    /// <summary>A message must not be lost to an impossible time: it happened when we heard of it, and an issue says so.</summary>
    public static Hl7DateTime? OfArrival(AdtScope scope, DateTimeOffset? receivedAt)
    {
        if (receivedAt is not { } at)
            return null;
        scope.Report(AdtIssueCodes.TimeOfArrival, "EVN-2");
        return new Hl7DateTime(at.UtcDateTime, Hl7Precision.Second, TimeSpan.Zero);
    }

    private static Hl7DateTime? ToTheDay(Hl7DateTime? time) => time is { Precision: >= Hl7Precision.Day } ? time : null;
}
