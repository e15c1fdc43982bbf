using System.Security.Cryptography;
using FhirGateway.Contracts;
using FhirGateway.Journal;
using FhirGateway.Labels;
using FhirGateway.Normalization.Adt;
using FhirGateway.Normalization.FhirMessages;

namespace FhirGateway.Processing;

/// <summary>The pure stages of one FHIR message: read, label from what was sent. It ends where an HL7v2 message does: in an event.</summary>
public static class FhirMessageStage
{
    /// <param name="entry">The message.</param>
    /// <param name="settings">Its source's.</param>
    public static MessageItem Run(JournaledEntry entry, SourceSettings.Settings settings)
    {
        var item = new MessageItem
        {
            Entry = entry,
            Fingerprint = new Guid(SHA256.HashData(entry.Entry.Content.Span).AsSpan(0, 16)),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(entry.Entry.Content.Span)),
        };
        try
        {
            return Read(item, settings);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return item with { Reason = ReasonCodes.InternalError, Detail = e.GetType().Name };
        }
    }

    private static MessageItem Read(MessageItem item, SourceSettings.Settings settings)
    {
        var bytes = item.Entry.Entry.Content;
        var reading = FhirMessageReader.Read(bytes, settings.FhirMessages, item.Entry.Entry.ReceivedAt);
        // It was read before it was accepted: settings that changed since can make another of it.
        if (reading.Event is not { } read)
            return item with { Reason = ReasonCodes.Structure, Detail = reading.Faults[0].Expression };
        item = item with { Labels = Labels(bytes, read, reading, settings.Places).ToString() };
        return item with
        {
            Events = [read with { Visit = MessageReading.HappenedOf(item, read.Visit, read.CareNpis) }],
            Fingerprint = read.Visit!.Order.Key,
            Trigger = read.Trigger,
            Again = known => FhirMessageReader.Read(bytes, settings.FhirMessages, item.Entry.Entry.ReceivedAt, known).Event,
        };
    }

    /// <summary>By every code of the Bundle, and by the names of facility, units and services as for an HL7v2 message.</summary>
    private static LabelSet Labels(ReadOnlyMemory<byte> bytes, AdtEvent read, FhirMessageReading reading, SensitivePlaces places)
    {
        var fields = new MessageFields { Facility = read.Facility, PatientClass = read.PatientClass, Service = read.Service, BirthDate = read.Patient.BirthDate };
        var labels = LabelRules.OfResource(bytes, read.Service).Union(LabelRules.OfMessage(fields, places));
        labels = labels.Union(MinorServices.OfResource(bytes, fields));
        foreach (var place in reading.Places)
            labels = labels.Union(LabelRules.OfMessage(fields with { Facility = null, Unit = place, HospitalService = place }, places));
        return labels;
    }
}
