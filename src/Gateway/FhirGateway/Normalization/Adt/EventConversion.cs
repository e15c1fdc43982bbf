using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// One patient's part of a message to its event and bundle, in two steps: what it says of its patient and visit is read first, so that
/// whoever knows the visit can say how it stands before it is written.
/// </summary>
internal sealed class EventConversion(
    Hl7Message message, AdtFeedSettings settings, AdtTrigger trigger, DateTimeOffset? receivedAt, Guid fingerprint, int group)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly AdtScope scope = new(message, settings) { IsPersonDeleted = trigger.Event == "A29" };
    private readonly Hl7Segment pid = message.First("PID");
    private Hl7DateTime time;

    /// <summary>PID of the other patient of a message about two.</summary>
    public Hl7Segment Partner { get; init; }

    /// <summary>What the message says of its visit, once read; null if it is about no visit.</summary>
    public EpisodeEvent? Visit { get; private set; }

    /// <summary>NPIs that the message names as the patient's primary care.</summary>
    public ImmutableArray<string> CareNpis { get; } = CareProviders.Read(message);

    /// <summary>Reads of whom and when it is; null on success.</summary>
    public AdtConversion? Read()
    {
        if (PatientIdentity.Key(scope, pid) is not { } sent)
            return AdtConversion.Failed(ReasonCodes.PatientNotIdentified, "PID-3");
        if ((EventTimes.Of(scope) ?? EventTimes.OfArrival(scope, receivedAt)) is not { } of)
            return AdtConversion.Failed(ReasonCodes.Structure, "MSH-7");
        time = of;
        scope.PatientKey = sent;
        ReportCharset(scope);
        scope.ReportRepetitions();
        Visit = VisitReader.Read(scope, trigger, time, MessageFingerprint.OfGroup(fingerprint, group));
        return null;
    }

    /// <summary>Writes it, once; to be read before.</summary>
    /// <param name="visit">What <see cref="Visit"/> is kept as.</param>
    /// <param name="known">What is known of the visit; null to go by the message alone.</param>
    public AdtEvent Write(EpisodeEvent? visit, AdtKnown? known)
    {
        using var buffer = new BundleBuffer();
        using var json = new Utf8JsonWriter(buffer, Options);
        scope.Json = json;
        var patientKey = known?.SurvivorKey ?? scope.PatientKey;
        scope.PatientKey = patientKey;
        scope.PatientId = scope.Id("Patient", patientKey);
        var episode = visit is null ? null : known?.Episode ?? Alone(visit);
        if (episode is not null)
        {
            scope.VisitKey = episode.Key;
            scope.EncounterId = scope.Id("Encounter", episode.Key);
        }

        scope.Merge = MergeOf(patientKey);
        var identifiers = PatientIdentity.Identifiers(scope, pid);
        var controlId = AdtConverter.ControlIdOf(message);
        var hash = BundleWriter.Write(scope, buffer, trigger, episode, identifiers, new BundleKey(controlId, time, group));
        return new AdtEvent
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
            CareNpis = CareNpis,
            PatientClass = message.First("PV1").Field(2).Text,
            Bundle = buffer.WrittenSpan.ToArray(),
            Hash = hash,
            Issues = scope.Issues(),
        };
    }

    /// <summary>A link is between the two patients of its message; all else is between PID and MRG.</summary>
    private AdtMerge? MergeOf(string patientKey)
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
