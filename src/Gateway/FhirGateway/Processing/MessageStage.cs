using System.Collections.Immutable;
using System.Security.Cryptography;
using FhirGateway.Contracts;
using FhirGateway.Hl7v2;
using FhirGateway.Journal;
using FhirGateway.Labels;
using FhirGateway.Messages;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Processing;

/// <summary>The pure stages of one message: examine, label from what was sent, convert.</summary>
public static class MessageStage
{
    /// <summary>All stages of a message by itself.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="settings">Its source's.</param>
    public static MessageItem Run(JournaledEntry entry, SourceSettings.Settings settings) => Read(entry, settings).Write(null);

    /// <summary>All that can be done before it is known how the visit stands.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="settings">Its source's.</param>
    public static MessageReading Read(JournaledEntry entry, SourceSettings.Settings settings)
    {
        var bytes = entry.Entry.Content;
        var examination = AdtExamination.Examine(bytes, settings.Adt.Charset);
        var item = new MessageItem
        {
            Entry = entry,
            Fingerprint = MessageFingerprint.Of(settings.Adt.Source, examination.ControlId, bytes.Span),
            ControlKey = ControlIds.KeyOf(settings.Adt.Source, examination.ControlId),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)),
            Trigger = examination.Trigger,
            Facility = examination.SendingFacility ?? "",
        };
        if (examination.RejectionReason is { } reason)
        {
            item = item with { Reason = reason, Detail = examination.ErrorLocation ?? examination.Trigger ?? "" };
            // A visit's event without the visit is held, but what it says of the person is whole.
            if (reason != ReasonCodes.SegmentMissing || examination.ErrorLocation != "PV1")
                return new MessageReading(item);
        }
        try
        {
            return Convertible(item, bytes, settings.Adt, settings.Places);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return MessageReading.Failed(item, e);
        }
    }

    private static MessageReading Convertible(MessageItem item, ReadOnlyMemory<byte> bytes, AdtFeedSettings settings, SensitivePlaces places)
    {
        if (!Hl7Message.TryParse(bytes, out var message, out var fault, settings.Charset, settings.FallbackCharset))
            return new MessageReading(item with { Reason = ReasonCodes.Unreadable, Detail = fault.ToString() });
        var fields = Fields(message, item.Entry.Entry.ReceivedAt);
        var labels = LabelRules.OfMessage(fields, places).Union(FurtherPlaces.LabelsOf(message, fields, DayOf, places));
        return new MessageReading(
            item with
            {
                ReadAs = $"{message.Charset.Name} {message.Charset.Origin.ToString().ToLowerInvariant()}{(message.HasReplacements ? " with replacements" : "")}",
                Labels = labels.ToString(),
                Charset = message.Charset,
                Again = known => AdtConverter.Convert(message, settings, known, item.Entry.Entry.ReceivedAt, item.Fingerprint).Event,
            },
            message,
            AdtConverter.Read(message, settings, item.Entry.Entry.ReceivedAt, item.Fingerprint));
    }

    private static MessageFields Fields(Hl7Message message, DateTimeOffset receivedAt)
    {
        var visit = message.First("PV1");
        var evn = message.First("EVN");
        return new MessageFields
        {
            Facility = message.Header.Field(4).TextOf(1),
            Unit = visit.Field(3).TextOf(1),
            HospitalService = visit.Field(10).TextOf(1),
            VipIndicator = visit.Field(16).TextOf(1),
            PatientClass = visit.Field(2).TextOf(1),
            BirthDate = DayOf(message.First("PID").Field(7)),
            EventDay = DayOf(evn.Field(6)) ?? DayOf(evn.Field(2)) ?? DayOf(message.Header.Field(7)) ?? DateOnly.FromDateTime(receivedAt.UtcDateTime),
            // Whatever is converted with a code may be what is sensitive: diagnoses, procedures, reasons, observations and their answers.
            Codes =
            [
                .. CodesOf(message, "DG1", 3), .. CodesOf(message, "PR1", 3), .. CodesOf(message, "PR1", 15), .. CodesOf(message, "PV2", 3),
                .. CodesOf(message, "OBX", 3), .. CodesOf(message, "OBX", 5),
            ],
        };
    }

    private static DateOnly? DayOf(Hl7Value field) =>
        Hl7DateTime.TryParse(field.Code, out var time) && time.Precision >= Hl7Precision.Day ? time.Date : null;

    private static ImmutableArray<(string Code, string? System)> CodesOf(Hl7Message message, string segment, int field)
    {
        var codes = ImmutableArray.CreateBuilder<(string, string?)>();
        for (var s = message.First(segment); s.Exists; s = s.NextSame())
        {
            // A number of an observation is no code.
            if (field == 5 && s.Field(2).Code is not ("CE" or "CWE" or "CNE" or "CF"))
                continue;
            var coded = s.Field(field);
            if (coded.TextOf(1) is { } code)
                codes.Add((code, coded.TextOf(3)));
            if (coded.TextOf(4) is { } alternate)
                codes.Add((alternate, coded.TextOf(6)));
        }

        return codes.ToImmutable();
    }
}
