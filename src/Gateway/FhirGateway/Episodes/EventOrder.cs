using System.Text.Json.Serialization;

namespace FhirGateway.Episodes;

/// <summary>
/// The place of an event among the events of its visit: when it happened, was recorded, was sent; then by name, so that the order is
/// total and never that of arrival.
/// </summary>
/// <param name="Time">EVN-6, else EVN-2, else MSH-7.</param>
/// <param name="Recorded">EVN-2, else MSH-7, else <paramref name="Time"/>.</param>
/// <param name="Sent">MSH-7, else <paramref name="Recorded"/>.</param>
/// <param name="ControlId">MSH-10.</param>
/// <param name="Key">Hash of source, MSH-10 and bytes.</param>
[JsonConverter(typeof(CompactJson.OfEventOrder))]
public readonly record struct EventOrder(DateTimeOffset Time, DateTimeOffset Recorded, DateTimeOffset Sent, string ControlId, Guid Key)
    : IComparable<EventOrder>
{
    public int CompareTo(EventOrder other)
    {
        var order = Time.CompareTo(other.Time);
        if (order == 0)
            order = Recorded.CompareTo(other.Recorded);
        if (order == 0)
            order = Sent.CompareTo(other.Sent);
        if (order == 0)
            order = string.CompareOrdinal(ControlId, other.ControlId);
        return order == 0 ? Key.CompareTo(other.Key) : order;
    }

    public static bool operator <(EventOrder left, EventOrder right) => left.CompareTo(right) < 0;

    public static bool operator >(EventOrder left, EventOrder right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventOrder left, EventOrder right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventOrder left, EventOrder right) => left.CompareTo(right) >= 0;
}
