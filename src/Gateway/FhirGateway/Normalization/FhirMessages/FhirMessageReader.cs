using FhirGateway.Fhir.Json;
using FhirGateway.Messages;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>
/// Reads a FHIR message (HL7 FHIR R4 messaging; Da Vinci Alerts 1.1): a Bundle that starts with a MessageHeader and holds one visit of
/// one patient with all that it refers to. It becomes the same event as the HL7v2 message that says the same.
/// </summary>
public static class FhirMessageReader
{
    /// <summary>Reads one message. Whatever is wrong with it is said at once; nothing of it is taken then.</summary>
    /// <param name="message">The Bundle as UTF-8 JSON.</param>
    /// <param name="settings">Those of its source.</param>
    /// <param name="receivedAt">When it arrived: its time where it has none.</param>
    /// <param name="known">What is known of the visit beside the message; null to go by the message alone.</param>
    public static FhirMessageReading Read(ReadOnlyMemory<byte> message, FhirMessageSettings settings, DateTimeOffset receivedAt, AdtKnown? known = null)
    {
        var tape = new JsonTape();
        var fault = tape.Read(message);
        if (!fault.IsNone)
            return FhirMessageReading.Unreadable("structure", "Bundle", $"Not one strict JSON object ({fault.Code} at byte {fault.Position})");
        if (tape.FindText(0, "resourceType"u8) is not "Bundle")
            return FhirMessageReading.Unreadable("structure", "Bundle", "A Bundle is taken here");
        if (tape.FindText(0, "type"u8) is not "message")
            return FhirMessageReading.Unreadable("value", "Bundle.type", "A Bundle of type message is taken here");
        var bundle = MessageBundle.Read(tape);
        if (bundle.IsCut)
            return FhirMessageReading.Refused(bundle.Faults);
        return bundle.Entries is [{ Type: "MessageHeader" }, ..]
            ? Read(bundle, message, settings, receivedAt, known)
            : Refused(bundle, "structure", "Bundle.entry[0].resource", "The first entry of a message is its MessageHeader");
    }

    private static FhirMessageReading Refused(MessageBundle bundle, string code, string expression, string text)
    {
        bundle.Report(code, expression, text);
        return FhirMessageReading.Refused(bundle.Faults);
    }

    private static FhirMessageReading Read(
        MessageBundle bundle, ReadOnlyMemory<byte> message, FhirMessageSettings settings, DateTimeOffset receivedAt, AdtKnown? known)
    {
        var trigger = TriggerOf(bundle);
        var patient = OnlyPatient(bundle);
        var encounter = Visit(bundle);
        var identity = new BundleIdentity(bundle, settings);
        var patientKey = patient is null ? null : identity.PatientKey(patient);
        if (patient is not null && patientKey is null)
            bundle.Report("required", patient.Expression + ".identifier", "The patient needs an identifier of its own with a value");
        if (patient is not null && encounter is not null)
            CheckSubject(bundle, encounter, patient);
        if (bundle.Faults.Count > 0 || trigger is null || encounter is null || patient is null || patientKey is null)
            return FhirMessageReading.Refused(bundle.Faults);
        var content = new FhirMessageContent(bundle, identity, settings, patient, encounter)
        {
            Trigger = trigger,
            PatientKey = known?.SurvivorKey ?? patientKey,
            ReceivedAt = receivedAt,
            Fingerprint = MessageFingerprint.Of(settings.Source, ControlIdOf(bundle) ?? "", message.Span),
            ControlId = ControlIdOf(bundle) ?? MessageFingerprint.Of(settings.Source, "", message.Span).ToString(),
            Episode = known?.Episode,
        };
        return content.Build();
    }

    private static string? TriggerOf(MessageBundle bundle)
    {
        var header = bundle.Entries[0];
        var coding = bundle.Tape.Find(header.Node, "eventCoding"u8);
        var where = header.Expression + ".eventCoding";
        if (bundle.Tape.FindText(coding, "code"u8) is not { Length: > 0 } code)
        {
            bundle.Report("required", where, "The event of the message as a coding; eventUri is not known here");
            return null;
        }

        var trigger = FhirMessageEvents.Find(BundleReading.Canonical(bundle.Tape.FindText(coding, "system"u8)), code);
        if (trigger is null)
            bundle.Report("not-supported", where, "No event of a visit that is taken here: codes of the notification-event system of Da Vinci Alerts about visits, and HL7 table 0003");
        return trigger;
    }

    private static BundleEntry? OnlyPatient(MessageBundle bundle)
    {
        var patients = bundle.OfType("Patient").ToList();
        if (patients.Count == 1)
            return patients[0];
        if (patients.Count == 0)
            bundle.Report("required", "Bundle.entry", "A notification holds the Patient that it is about");
        else
            bundle.Report("multiple-matches", patients[1].Expression, "One patient per notification: a mother belongs into RelatedPerson, another patient into a message of its own");
        return null;
    }

    /// <summary>The Encounter that the header names, else the only one.</summary>
    private static BundleEntry? Visit(MessageBundle bundle)
    {
        var header = bundle.Entries[0];
        var named = new List<BundleEntry>();
        foreach (var focus in bundle.Tape.Items(bundle.Tape.Find(header.Node, "focus"u8)))
            if (bundle.Target(focus) is { Type: "Encounter" } encounter)
                named.Add(encounter);
        var candidates = named.Count > 0 ? named.Distinct().ToList() : bundle.OfType("Encounter").ToList();
        if (candidates.Count == 1)
            return candidates[0];
        var where = header.Expression + ".focus";
        if (candidates.Count == 0)
            bundle.Report("required", where, "A notification is about an Encounter, which the Bundle holds");
        else
            bundle.Report("multiple-matches", where, "One Encounter per notification");
        return null;
    }

    private static void CheckSubject(MessageBundle bundle, BundleEntry encounter, BundleEntry patient)
    {
        if (bundle.Target(bundle.Tape.Find(encounter.Node, "subject"u8)) != patient)
            bundle.Report("required", encounter.Expression + ".subject", "The Encounter refers to the Patient of the Bundle");
        var status = bundle.Tape.FindText(encounter.Node, "status"u8);
        if (status is null)
            bundle.Report("required", encounter.Expression + ".status", "An Encounter has a status");
        else if (!BundleVisit.IsStatus(status))
            bundle.Report("code-invalid", encounter.Expression + ".status", "No status of an Encounter in FHIR R4, such as in-progress or finished");
    }

    /// <summary>
    /// What names the message: Bundle.identifier, else Bundle.id, else the header's id. Null if there is none: a header that is numbered 1 in
    /// every message names none of them.
    /// </summary>
    private static string? ControlIdOf(MessageBundle bundle)
    {
        var tape = bundle.Tape;
        var header = bundle.Entries[0];
        var isName = header.IsOnServer || Guid.TryParse(header.Id, out _);
        var id = tape.FindText(tape.Find(0, "identifier"u8), "value"u8) ?? tape.FindText(0, "id"u8) ?? (isName ? header.Id : null);
        return id is { Length: > 200 } ? id[..200] : id;
    }
}
