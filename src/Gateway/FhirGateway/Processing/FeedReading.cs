using FhirGateway.Contracts;
using FhirGateway.FeedHealth;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>Reads what the health of a feed needs of a message, in the transaction that works it through.</summary>
internal static class FeedReading
{
    /// <summary>To be asked before the message is remembered.</summary>
    public static ControlIdUse Before(IStateTransaction state, MessageItem item) => state.Messages.UseOf(item.Fingerprint);

    /// <summary>Leaves on the item what is to be counted after the commit.</summary>
    public static void After(IStateTransaction state, Publisher publisher, MessageItem item, ControlIdUse use) => item.Feed = new FeedFact
    {
        Source = item.Entry.Entry.Source,
        Facility = item.Facility,
        ReceivedAt = item.Entry.Entry.ReceivedAt,
        Outcome = use == ControlIdUse.Repeated ? FeedOutcome.Repeated : item.Reason is null ? FeedOutcome.Taken : FeedOutcome.Held,
        Reason = use == ControlIdUse.Repeated ? null : item.Reason,
        IsMatched = use == ControlIdUse.Repeated ? null : IsMatched(state, publisher, item),
        ReusesControlId = use == ControlIdUse.Reused,
        Unmapped = item.Unmapped,
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

    private static bool? IsMatched(IStateTransaction state, Publisher publisher, MessageItem item) =>
        item.Events is [{ } told, ..] && state.People.Find(RecordKind.Patient, item.Entry.Entry.Source, told.PatientKey) is { } record
            ? publisher.StandingOf(record.Person).Attributions.Length > 0
            : null;

    private static string Name(Hl7Charset charset) => charset.Name + " (" + charset.Origin switch
    {
        CharsetOrigin.Feed => "by the feed's setting",
        CharsetOrigin.Declared => "as MSH-18 says",
        CharsetOrigin.Detected => "found valid",
        _ => "assumed",
    } + (charset.IsDoubtful ? "; MSH-18 says otherwise)" : ")");
}
