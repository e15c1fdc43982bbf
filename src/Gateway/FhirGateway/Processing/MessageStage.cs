using System.Collections.Immutable;
using System.Security.Cryptography;
using FhirGateway.Contracts;
using FhirGateway.FeedHealth;
using FhirGateway.Hl7v2;
using FhirGateway.Journal;
using FhirGateway.Labels;
using FhirGateway.Messages;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>The pure stages of one message: examine, label from what was sent, convert, validate.</summary>
public static class MessageStage
{
    /// <summary>Whatever validation finds, the message goes on: an alert must not wait for a profile.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="settings">Its source's.</param>
    /// <param name="validation">Null for a message that was validated before, or is not to be.</param>
    public static MessageItem Run(JournaledEntry entry, SourceSettings.Settings settings, ResourceValidation? validation)
    {
        var item = Run(entry, settings.Adt, settings.Places);
        if (validation is null || item.Events.IsEmpty)
            return item;
        return item with
        {
            Findings = [.. item.Events.SelectMany(e => FindingCounts.Of(validation.Validate(e.Bundle, settings.Validation.Profiles)))],
        };
    }

    private static MessageItem Run(JournaledEntry entry, AdtFeedSettings settings, SensitivePlaces places)
    {
        var bytes = entry.Entry.Content;
        var examination = AdtExamination.Examine(bytes, settings.Charset);
        var item = new MessageItem
        {
            Entry = entry,
            Fingerprint = MessageFingerprint.Of(settings.Source, examination.ControlId, bytes.Span),
            ControlKey = ControlIds.KeyOf(settings.Source, examination.ControlId),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)),
            Trigger = examination.Trigger,
            Facility = examination.SendingFacility ?? "",
        };
        if (examination.RejectionReason is { } reason)
        {
            item = item with { Reason = reason, Detail = examination.ErrorLocation ?? examination.Trigger ?? "" };
            // A visit's event without the visit is held, but what it says of the person is whole.
            if (reason != ReasonCodes.SegmentMissing || examination.ErrorLocation != "PV1")
                return item;
        }
        try
        {
            return Convertible(item, bytes, settings, places);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return item with { Reason = ReasonCodes.InternalError, Detail = e.GetType().Name };
        }
    }

    private static MessageItem Convertible(MessageItem item, ReadOnlyMemory<byte> bytes, AdtFeedSettings settings, SensitivePlaces places)
    {
        if (!Hl7Message.TryParse(bytes, out var message, out var fault, settings.Charset, settings.FallbackCharset))
            return item with { Reason = ReasonCodes.Unreadable, Detail = fault.ToString() };
        item = item with { ReadAs = $"{message.Charset.Name} {message.Charset.Origin.ToString().ToLowerInvariant()}{(message.HasReplacements ? " with replacements" : "")}" };
        var fields = Fields(message, item.Entry.Entry.ReceivedAt);
        var labels = LabelRules.OfMessage(fields, places).Union(FurtherPlaces.LabelsOf(message, fields, DayOf, places));
        var conversion = AdtConverter.Convert(message, settings, known: null, item.Entry.Entry.ReceivedAt, item.Fingerprint);
        return item with
        {
            Reason = item.Reason ?? conversion.Reason,
            Detail = item.Reason is null ? conversion.Path ?? "" : item.Detail,
            Events = conversion.Events,
            Labels = labels.ToString(),
            Unmapped = UnmappedCodes.Of(message, [.. conversion.Events.SelectMany(e => e.Issues).Distinct()]),
            Charset = message.Charset,
            Again = known => AdtConverter.Convert(message, settings, known, item.Entry.Entry.ReceivedAt, item.Fingerprint).Event,
        };
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
