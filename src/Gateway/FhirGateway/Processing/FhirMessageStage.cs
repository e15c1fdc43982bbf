using System.Security.Cryptography;
using FhirGateway.Contracts;
using FhirGateway.Journal;
using FhirGateway.Labels;
using FhirGateway.Normalization.Adt;
using FhirGateway.Normalization.FhirMessages;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>The pure stages of one FHIR message: read, label from what was sent, validate. It ends where an HL7v2 message does: in an event.</summary>
public static class FhirMessageStage
{
    /// <summary>Whatever validation finds, the message goes on: an alert must not wait for a profile.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="settings">Its source's.</param>
    /// <param name="validation">Null for a message that was validated before, or is not to be.</param>
    public static MessageItem Run(JournaledEntry entry, SourceSettings.Settings settings, ResourceValidation? validation)
    {
        var item = new MessageItem
        {
            Entry = entry,
            Fingerprint = new Guid(SHA256.HashData(entry.Entry.Content.Span).AsSpan(0, 16)),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(entry.Entry.Content.Span)),
        };
        try
        {
            return Read(item, settings, validation);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return item with { Reason = ReasonCodes.InternalError, Detail = e.GetType().Name };
        }
    }

    private static MessageItem Read(MessageItem item, SourceSettings.Settings settings, ResourceValidation? validation)
    {
        var bytes = item.Entry.Entry.Content;
        var reading = FhirMessageReader.Read(bytes, settings.FhirMessages, item.Entry.Entry.ReceivedAt);
        // It was read before it was accepted: settings that changed since can make another of it.
        if (reading.Event is not { } read)
            return item with { Reason = ReasonCodes.Structure, Detail = reading.Faults[0].Expression };
        return item with
        {
            Events = [read],
            Fingerprint = read.Visit!.Order.Key,
            Trigger = read.Trigger,
            Labels = Labels(bytes, read, reading, settings.Places).ToString(),
            Findings = validation is null ? [] : FindingCounts.Of(validation.Validate(read.Bundle, settings.Validation.Profiles)),
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
