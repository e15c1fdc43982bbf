using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.Messages;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>A message that holds all it must: what it becomes.</summary>
internal sealed class FhirMessageContent(
    MessageBundle bundle, BundleIdentity identity, FhirMessageSettings settings, BundleEntry patient, BundleEntry encounter)
{
    /// <summary>The event as the header names it.</summary>
    public required string Trigger { get; init; }
    public required string PatientKey { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required Guid Fingerprint { get; init; }
    public required string ControlId { get; init; }

    /// <summary>The episode to write the Encounter by; null to leave it as the message has it.</summary>
    public Episode? Episode { get; init; }

    public FhirMessageReading Build()
    {
        var tape = bundle.Tape;
        var issues = ImmutableArray.CreateBuilder<AdtIssue>();
        var visit = new BundleVisit(bundle, identity, settings, encounter);
        var trigger = FhirMessageEvents.Refine(Trigger, visit.Status, visit.Class);
        var sent = FhirMoment.Read(tape.FindText(0, "timestamp"u8), settings.Feed.Zone);
        var recorded = sent ?? visit.LastUpdated;
        if (recorded is null)
            issues.Add(new AdtIssue(AdtIssueCodes.TimeOfArrival, "Bundle.timestamp"));
        var at = visit.TimeOf(trigger) ?? recorded ?? Arrival();
        var visitKey = identity.VisitKey(encounter);
        if (visitKey is null)
            issues.Add(new AdtIssue(AdtIssueCodes.WeakVisitKey, "Encounter.identifier"));
        visitKey ??= identity.StableId(encounter) is { } id ? $"{settings.AuthorityOf("")}|encounter|{id}"
            : $"{PatientKey}|{visit.Start?.Text}|{visit.Class.Code}|{visit.Facility().Facility}";
        var order = new EventOrder(at.Instant, (recorded ?? at).Instant, (sent ?? recorded ?? at).Instant, ControlId, Fingerprint);
        var happened = visit.Event(trigger, order, at, visitKey, PatientKey, patient);
        // One event alone folds to one episode: the Encounter is written the same way whether more is known of the visit or not.
        var episode = Episode ?? EpisodeFold.Fold([happened])[0];
        var key = $"{happened.Facility}|{ControlId}|{(recorded ?? at).Text}";
        var writer = new BundleWriter(bundle, identity, settings, Ids(key, episode.Key), episode);
        if (writer.Write(encounter, ControlId, identity.IdOf("Bundle", key), (sent ?? recorded ?? at).Text) is not { } written)
            return FhirMessageReading.Refused(bundle.Faults);
        var encounterId = identity.IdOf("Encounter", episode.Key);
        var day = DateOnly.ParseExact(at.Text.AsSpan(0, Math.Min(10, at.Text.Length)), ["yyyy-MM-dd", "yyyy-MM", "yyyy"], CultureInfo.InvariantCulture);
        return FhirMessageReading.Of(new AdtEvent
        {
            Source = settings.Source,
            Trigger = trigger,
            EventType = EventTypeOf(trigger),
            ControlId = ControlId,
            Facility = happened.Facility,
            EventTime = at.Instant,
            Patient = Facts(written.Patient),
            PatientKey = PatientKey,
            PatientId = identity.IdOf("Patient", PatientKey),
            VisitKey = visitKey,
            Visit = happened,
            Episode = episode,
            EncounterId = encounterId,
            Service = new ServicePeriod(day, day),
            PatientClass = happened.Class.Code,
            CareNpis = visit.CareNpis(patient),
            Bundle = written.Json,
            Hash = written.Hash,
            Issues = issues.ToImmutable(),
        }, [.. visit.Places()]);
    }

    /// <summary>A newborn's registration often repeats its mother's numbers: they are no evidence of who it is.</summary>
    private PatientFacts Facts(PatientFacts read)
    {
        var mothers = identity.MothersIdentifiers();
        return mothers.IsEmpty ? read : read with { Identifiers = [.. read.Identifiers.Where(i => !mothers.Contains((i.System, i.Value)))] };
    }

    private Dictionary<(string Type, string Id), Guid> Ids(string messageKey, string visitKey)
    {
        var ids = new Dictionary<(string, string), Guid>();
        var local = new LocalNames(bundle, identity, encounter, PatientKey, visitKey);
        foreach (var entry in bundle.Entries)
        {
            var key = entry == patient ? PatientKey
                : entry == encounter ? visitKey
                : entry.Type is "MessageHeader" or "Provenance" ? $"{messageKey}|{entry.Id}"
                : identity.SharedKeyOf(entry) ?? local.KeyOf(entry);
            ids[(entry.Type, entry.Id)] = identity.IdOf(entry.Type, key);
        }

        return ids;
    }

    private Moment Arrival() =>
        new(ReceivedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), ReceivedAt);

    private static string EventTypeOf(string trigger) => AdtTriggers.Find(trigger)?.EventType ?? EventTypes.AdtUpdate;
}
