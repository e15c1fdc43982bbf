using FhirGateway.Contracts;
using FhirGateway.FeedHealth;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>Reads what the health of a feed needs of a message, in the transaction that works it through.</summary>
internal static class FeedReading
{
    /// <summary>Leaves on the item what is to be counted after the commit.</summary>
    /// <param name="publisher">The transaction's.</param>
    /// <param name="item">The message.</param>
    /// <param name="use">What was known of its control id.</param>
    /// <param name="patient">Under whom it was kept; null if it was not.</param>
    public static void After(Publisher publisher, MessageItem item, ControlIdUse use, SourceRecord? patient) => item.Feed = new FeedFact
    {
        Source = item.Entry.Entry.Source,
        Facility = item.Facility,
        ReceivedAt = item.Entry.Entry.ReceivedAt,
        Outcome = use == ControlIdUse.Repeated ? FeedOutcome.Repeated : item.Reason is null ? FeedOutcome.Taken : FeedOutcome.Held,
        Reason = use == ControlIdUse.Repeated ? null : item.Reason,
        IsMatched = patient is null ? null : publisher.StandingOf(patient.Person).Attributions.Length > 0,
        ReusesControlId = use == ControlIdUse.Reused,
        Unmapped = item.Unmapped,
        Faults = item.Faults,
        Charset = item.Charset is { } charset ? Name(charset) : null,
    };

    /// <summary>It could not be worked through and is held.</summary>
    public static void Failed(MessageItem? item)
    {
        if (item is null)
            return;
        item.Feed = new FeedFact
        {
            Source = item.Entry.Entry.Source,
            Facility = item.Facility,
            ReceivedAt = item.Entry.Entry.ReceivedAt,
            Outcome = FeedOutcome.Held,
            Reason = ReasonCodes.InternalError,
        };
    }

    private static string Name(Hl7Charset charset) => charset.Name + " (" + charset.Origin switch
    {
        CharsetOrigin.Feed => "by the feed's setting",
        CharsetOrigin.Declared => "as MSH-18 says",
        CharsetOrigin.Detected => "found valid",
        _ => "assumed",
    } + (charset.IsDoubtful ? "; MSH-18 says otherwise)" : ")");
}
