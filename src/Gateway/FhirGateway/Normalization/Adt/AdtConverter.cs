using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// ADT messages to FHIR R4 message bundles, by the HL7 v2-to-FHIR mappings where they say enough and by what a gateway with a memory of
/// the visit must do where they do not. A field that is wrong is lost with an <see cref="AdtIssue"/>, never the message.
/// </summary>
public static class AdtConverter
{
    /// <summary>Reads and converts one message.</summary>
    public static AdtConversion Convert(
        ReadOnlyMemory<byte> message, AdtFeedSettings settings, AdtKnown? known = null, DateTimeOffset? receivedAt = null)
    {
        if (Hl7Message.TryParse(message, out var parsed, out var fault, settings.Charset, settings.FallbackCharset))
            return Convert(parsed, settings, known, receivedAt, MessageFingerprint.Of(settings.Source, ControlIdOf(parsed), message.Span));
        var reason = fault == Hl7FaultCode.WideCharacters ? ReasonCodes.InvalidText : ReasonCodes.Unreadable;
        return AdtConversion.Failed(reason, "MSH");
    }

    /// <summary>Converts one message: an event for each of its patients, all of them or none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="settings">Its feed.</param>
    /// <param name="known">What is known of one of its events already; that one alone is then converted, and its Encounter written as the episode stands. Null to go by the message alone.</param>
    /// <param name="receivedAt">When it arrived: the event's time where the message has none that can be read; null to fail then.</param>
    /// <param name="fingerprint">What the message is told by (<see cref="MessageFingerprint"/>): becomes <see cref="Episodes.EventOrder.Key"/>.</param>
    public static AdtConversion Convert(
        Hl7Message message, AdtFeedSettings settings, AdtKnown? known = null, DateTimeOffset? receivedAt = null, Guid fingerprint = default)
    {
        var reading = Read(message, settings, receivedAt, fingerprint);
        return known is null ? reading.Write() : reading.WriteOne(known);
    }

    /// <summary>Reads whom and which visits a message is about, all that is needed before it is written.</summary>
    /// <inheritdoc cref="Convert(Hl7Message, AdtFeedSettings, AdtKnown?, DateTimeOffset?, Guid)"/>
    public static AdtReading Read(Hl7Message message, AdtFeedSettings settings, DateTimeOffset? receivedAt = null, Guid fingerprint = default)
    {
        if (AdtTriggers.Find(TriggerOf(message)) is not { } trigger)
            return AdtReading.Failed(ReasonCodes.UnknownEvent, "MSH-9");
        if (!trigger.IsConverted)
            return AdtReading.Failed(ReasonCodes.UnsupportedEvent, "MSH-9");
        var groups = MessageGroups.Of(message, trigger);
        if (trigger.Grouping != AdtGrouping.Patients && message.Next("PID", message.First("PID").Index).Exists)
            return AdtReading.Failed(ReasonCodes.Structure, "PID[2]");
        if (MissingIn(groups, trigger) is { } missing)
        {
            if (missing != "PV1" || trigger.Subject != AdtSubject.Visit)
                return AdtReading.Failed(ReasonCodes.SegmentMissing, missing);
            // A visit's event without a visit: what it says of the person is told all the same, and the message held for the rest.
            var person = trigger with { Subject = AdtSubject.Person, EventType = EventTypes.AdtUpdate };
            return AdtReading.OfPersonOnly(new EventConversion(message, settings, person, receivedAt, fingerprint, 0));
        }

        var parts = ImmutableArray.CreateBuilder<EventConversion>(groups.Length);
        for (var i = 0; i < groups.Length; i++)
        {
            parts.Add(new EventConversion(groups[i], settings, trigger, receivedAt, fingerprint, i)
            {
                Partner = groups.Length == 2 ? groups[1 - i].First("PID") : default,
            });
        }

        return AdtReading.Of(parts.MoveToImmutable());
    }

    private static string? MissingIn(ImmutableArray<Hl7Message> groups, AdtTrigger trigger)
    {
        if (groups.IsEmpty)
            return "PID";
        if (trigger.RequiresTwoPatients && groups.Length < 2)
            return "PID[2]";
        foreach (var group in groups)
        {
            if (trigger.RequiresMerge && !group.First("MRG").Exists)
                return "MRG";
            if (trigger.RequiresVisit && !group.First("PV1").Exists)
                return "PV1";
        }

        return null;
    }

    internal static string ControlIdOf(Hl7Message message) => message.Header.Field(10).Raw.Trim().ToString();

    /// <summary>MSH-9.2; ADT_A01 as one word; EVN-1 where MSH-9 says only ADT.</summary>
    private static string? TriggerOf(Hl7Message message)
    {
        var field = message.Header.Field(9);
        var type = field.TextOf(1);
        if (field.TextOf(2) is { } trigger)
            return type is "ADT" ? trigger : null;
        if (type is { Length: 7 } && type.StartsWith("ADT_", StringComparison.Ordinal))
            return type[4..];
        return type is "ADT" ? message.First("EVN").Field(1).Text : null;
    }
}
