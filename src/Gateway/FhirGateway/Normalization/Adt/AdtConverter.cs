using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
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
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads and converts one message.</summary>
    public static AdtConversion Convert(ReadOnlyMemory<byte> message, AdtFeedSettings settings, EpisodeState? known = null)
    {
        if (Hl7Message.TryParse(message, out var parsed, out var fault, settings.Charset, settings.FallbackCharset))
            return Convert(parsed, settings, known);
        var reason = fault == Hl7FaultCode.WideCharacters ? ReasonCodes.InvalidText : ReasonCodes.Unreadable;
        return AdtConversion.Failed(reason, "MSH");
    }

    /// <summary>Converts one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="settings">Its feed.</param>
    /// <param name="known">What is known of the visit already, so that a late message does not turn it back; null if nothing, or not yet looked up (<see cref="AdtEvent.IsAffectedBy"/>).</param>
    /// <param name="receivedAt">When it arrived: the event's time where the message has none that can be read; null to fail then.</param>
    public static AdtConversion Convert(
        Hl7Message message, AdtFeedSettings settings, EpisodeState? known = null, DateTimeOffset? receivedAt = null)
    {
        var header = message.Header;
        var name = TriggerOf(message);
        if (AdtTriggers.Find(name) is not { } trigger)
            return AdtConversion.Failed(ReasonCodes.UnknownEvent, "MSH-9");
        if (trigger.EventType is not { } eventType)
            return AdtConversion.Failed(ReasonCodes.UnsupportedEvent, "MSH-9");
        var pid = message.First("PID");
        if (!pid.Exists)
            return AdtConversion.Failed(ReasonCodes.SegmentMissing, "PID");
        if (trigger.RequiresVisit && !message.First("PV1").Exists)
            return AdtConversion.Failed(ReasonCodes.SegmentMissing, "PV1");
        using var buffer = new BundleBuffer();
        using var json = new Utf8JsonWriter(buffer, Options);
        var scope = new AdtScope(message, settings, json);
        if (PatientIdentity.Key(scope, pid) is not { } patientKey)
            return AdtConversion.Failed(ReasonCodes.PatientNotIdentified, "PID-3");
        if ((EventTime(scope) ?? Arrival(scope, receivedAt)) is not { } time)
            return AdtConversion.Failed(ReasonCodes.Structure, "MSH-7");
        scope.PatientKey = patientKey;
        scope.PatientId = scope.Id("Patient", patientKey);
        ReportCharset(scope);
        var visit = Visit.Read(scope, trigger.Event, time, known);
        scope.VisitKey = visit?.Key;
        scope.EncounterId = visit is null ? null : scope.Id("Encounter", visit.Key);
        var identifiers = PatientIdentity.Identifiers(scope, pid);
        var controlId = header.Field(10).Raw.Trim().ToString();
        var hash = WriteBundle(scope, buffer, trigger, visit, identifiers, controlId, time);
        return AdtConversion.Of(new AdtEvent
        {
            Source = settings.Source,
            Trigger = trigger.Event,
            EventType = eventType,
            ControlId = controlId,
            Facility = scope.Facility,
            EventTime = scope.Instant(time),
            Patient = PatientIdentity.Facts(scope, pid, identifiers),
            PatientKey = patientKey,
            PatientId = scope.PatientId,
            VisitKey = visit?.Key,
            EncounterId = scope.EncounterId,
            EncounterStatus = visit?.Status,
            PeriodStart = visit?.Start,
            PeriodEnd = visit?.End,
            Service = new ServicePeriod(time.Date, time.Date),
            PatientClass = message.First("PV1").Field(2).Text,
            Bundle = buffer.WrittenSpan.ToArray(),
            Hash = hash,
            Issues = scope.Issues(),
        });
    }

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

    /// <summary>When it happened: EVN-6, else when it was recorded: EVN-2, else when it was sent: MSH-7.</summary>
    private static Hl7DateTime? EventTime(AdtScope scope)
    {
        var evn = scope.Message.First("EVN");
        return ToTheDay(scope.Time(evn.Field(6), "EVN-6"))
            ?? ToTheDay(scope.Time(evn.Field(2), "EVN-2"))
            ?? ToTheDay(scope.Time(scope.Message.Header.Field(7), "MSH-7"));
    }

    /// <summary>A message must not be lost to an impossible time: it happened when we heard of it, and an issue says so.</summary>
    private static Hl7DateTime? Arrival(AdtScope scope, DateTimeOffset? receivedAt)
    {
        if (receivedAt is not { } at)
            return null;
        scope.Report(AdtIssueCodes.TimeOfArrival, "EVN-2");
        return new Hl7DateTime(at.UtcDateTime, Hl7Precision.Second, TimeSpan.Zero);
    }

    private static Hl7DateTime? ToTheDay(Hl7DateTime? time) => time is { Precision: >= Hl7Precision.Day } ? time : null;

    private static void ReportCharset(AdtScope scope)
    {
        if (scope.Message.Charset.IsDoubtful)
            scope.Report(AdtIssueCodes.DoubtfulCharset, "MSH-18");
        if (scope.Message.HasReplacements)
            scope.Report(AdtIssueCodes.UnreadableCharacters, "MSH-18");
    }

    private static ContentHash WriteBundle(
        AdtScope scope,
        BundleBuffer buffer,
        AdtTrigger trigger,
        Visit? visit,
        ImmutableArray<PatientIdentifier> identifiers,
        string controlId,
        Hl7DateTime time)
    {
        var json = scope.Json;
        var bundleKey = $"{scope.Facility}|{controlId}|{scope.DateTime(time)}";
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "Bundle"u8);
        json.WriteString("id"u8, scope.Id("Bundle", bundleKey));
        json.WriteStartObject("identifier"u8);
        json.WriteString("system"u8, IdentifierSystems.OfName(scope.Source, "MSH-10"));
        json.Text("value", controlId);
        json.WriteEndObject();
        json.WriteString("type"u8, "message"u8);
        var sent = Hl7DateTime.TryParse(scope.Message.Header.Field(7).Code, out var header) && header.HasTime ? header : time;
        json.WriteString("timestamp"u8, scope.Instant(sent));
        json.WriteStartArray("entry"u8);
        MessageHeaderWriter.Write(scope, trigger.Event, bundleKey);
        json.Flush();
        var from = buffer.WrittenCount;
        PatientWriter.Write(scope, scope.Message.First("PID"), identifiers);
        if (visit is not null)
            EncounterWriter.Write(scope, visit, scope.EncounterId!.Value);
        ConditionWriter.WriteAll(scope);
        AllergyWriter.WriteAll(scope);
        CoverageWriter.WriteAll(scope);
        ContactWriter.WriteRelatedPersons(scope);
        ProcedureWriter.WriteAll(scope);
        ObservationWriter.WriteAll(scope);
        RoleWriter.WriteAll(scope);
        AccountWriter.Require(scope);
        scope.WritePending();
        json.Flush();
        var hash = HashOf(trigger.EventType!, buffer.WrittenSpan[from..]);
        ProvenanceWriter.Write(scope, bundleKey, time);
        scope.WritePending();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return hash;
    }

    private static ContentHash HashOf(string eventType, ReadOnlySpan<byte> resources)
    {
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        Span<byte> type = stackalloc byte[64];
        hasher.AppendData(type[..Encoding.ASCII.GetBytes(eventType, type)]);
        hasher.AppendData("\n"u8);
        hasher.AppendData(resources);
        hasher.GetHashAndReset(digest);
        return ContentHash.Read(digest);
    }
}
