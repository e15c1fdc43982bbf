using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Normalization.Adt;

/// <summary>One patient's part of a message to its event and bundle.</summary>
internal sealed class EventConversion(
    Hl7Message message, AdtFeedSettings settings, AdtTrigger trigger, AdtKnown? known, DateTimeOffset? receivedAt, Guid fingerprint)
{
    /// <summary>PID of the other patient of a message about two.</summary>
    public Hl7Segment Partner { get; init; }

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public AdtConversion Run(int group)
    {
        using var buffer = new BundleBuffer();
        using var json = new Utf8JsonWriter(buffer, Options);
        var scope = new AdtScope(message, settings, json) { IsPersonDeleted = trigger.Event == "A29" };
        var pid = message.First("PID");
        if (PatientIdentity.Key(scope, pid) is not { } sent)
            return AdtConversion.Failed(ReasonCodes.PatientNotIdentified, "PID-3");
        if ((EventTimes.Of(scope) ?? EventTimes.OfArrival(scope, receivedAt)) is not { } time)
            return AdtConversion.Failed(ReasonCodes.Structure, "MSH-7");
        scope.PatientKey = sent;
        ReportCharset(scope);
        scope.ReportRepetitions();
        var visit = VisitReader.Read(scope, trigger, time, MessageFingerprint.OfGroup(fingerprint, group));
        var patientKey = known?.SurvivorKey ?? sent;
        scope.PatientKey = patientKey;
        scope.PatientId = scope.Id("Patient", patientKey);
        var episode = visit is null ? null : known?.Episode ?? Alone(visit);
        if (episode is not null)
        {
            scope.VisitKey = episode.Key;
            scope.EncounterId = scope.Id("Encounter", episode.Key);
        }

        scope.Merge = MergeOf(scope, pid, patientKey);
        var identifiers = PatientIdentity.Identifiers(scope, pid);
        var controlId = AdtConverter.ControlIdOf(message);
        var hash = BundleWriter.Write(scope, buffer, trigger, episode, identifiers, new BundleKey(controlId, time, group));
        return AdtConversion.Of(new AdtEvent
        {
            Source = settings.Source,
            Trigger = trigger.Event,
            EventType = trigger.EventType!,
            Group = group,
            ControlId = controlId,
            Facility = scope.Facility,
            EventTime = scope.Instant(time),
            Patient = PatientIdentity.Facts(scope, pid, identifiers),
            PatientKey = patientKey,
            PatientId = scope.PatientId,
            VisitKey = visit?.VisitKey,
            Visit = visit,
            Episode = episode,
            Merge = trigger.RequiresTwoPatients && group > 0 ? null : scope.Merge,
            EncounterId = scope.EncounterId,
            Service = new ServicePeriod(time.Date, time.Date),
            CareNpis = CareProviders.Read(message),
            PatientClass = message.First("PV1").Field(2).Text,
            Bundle = buffer.WrittenSpan.ToArray(),
            Hash = hash,
            Issues = scope.Issues(),
        });
    }

    /// <summary>A link is between the two patients of its message; all else is between PID and MRG.</summary>
    private AdtMerge? MergeOf(AdtScope scope, Hl7Segment pid, string patientKey)
    {
        if (trigger.Subject != AdtSubject.Merge)
            return null;
        if (!trigger.RequiresTwoPatients)
            return MergeReader.Read(scope, trigger.Event, pid);
        return MergeReader.KindOf(trigger.Event) is { } kind && PatientIdentity.Key(scope, Partner) is { } other
            ? MergeReader.Pair(kind, patientKey, other, PatientIdentity.Identifiers(scope, Partner))
            : null;
    }

    /// <summary>What the message alone says of its visit.</summary>
    private static Episode? Alone(EpisodeEvent visit)
    {
        var episodes = EpisodeFold.Fold([visit]);
        return episodes.IsDefaultOrEmpty ? null : episodes[^1];
    }

    private static void ReportCharset(AdtScope scope)
    {
        if (scope.Message.Charset.IsDoubtful)
            scope.Report(AdtIssueCodes.DoubtfulCharset, "MSH-18");
        if (scope.Message.HasReplacements)
            scope.Report(AdtIssueCodes.UnreadableCharacters, "MSH-18");
    }
}
