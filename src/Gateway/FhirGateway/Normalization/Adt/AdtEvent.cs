using System.Collections.Immutable;
using FhirGateway.Episodes;

namespace FhirGateway.Normalization.Adt;

/// <summary>One ADT message after the pure stages: its FHIR bundle and the facts that the state transaction needs.</summary>
public sealed record AdtEvent
{
    public required string Source { get; init; }

    /// <summary>A01, A03 …</summary>
    public required string Trigger { get; init; }

    /// <summary>A value of <see cref="Contracts.EventTypes"/>.</summary>
    public required string EventType { get; init; }

    /// <summary>MSH-10.</summary>
    public required string ControlId { get; init; }

    /// <summary>MSH-4.1.</summary>
    public string? Facility { get; init; }

    /// <summary>EVN-6, else EVN-2, else MSH-7: the order of events of one visit.</summary>
    public required DateTimeOffset EventTime { get; init; }
    public required PatientFacts Patient { get; init; }

    /// <summary>authority|value of the PID-3 repetition that names the patient.</summary>
    public required string PatientKey { get; init; }

    /// <summary>Published id of the Patient.</summary>
    public required Guid PatientId { get; init; }

    /// <summary>authority|PV1-19, or a weaker key (see <see cref="AdtIssueCodes.WeakVisitKey"/>); null if the message is about no visit.</summary>
    public string? VisitKey { get; init; }

    /// <summary>What the message says of its visit; null if it is about no visit.</summary>
    public EpisodeEvent? Visit { get; init; }

    /// <summary>The episode as the bundle's Encounter was written; null if the message is about no visit.</summary>
    public Episode? Episode { get; init; }

    /// <summary>Set on merges, moves, links and changes of identifiers.</summary>
    public AdtMerge? Merge { get; init; }

    /// <summary>Published id of the Encounter.</summary>
    public Guid? EncounterId { get; init; }

    /// <summary>Encounter.status as in the bundle.</summary>
    public string? EncounterStatus { get; init; }

    /// <summary>Encounter.period as in the bundle, FHIR dateTimes.</summary>
    public string? PeriodStart { get; init; }

    /// <inheritdoc cref="PeriodStart"/>
    public string? PeriodEnd { get; init; }

    /// <summary>The day of the event as written.</summary>
    public required ServicePeriod Service { get; init; }

    /// <summary>PV1-2 as sent.</summary>
    public string? PatientClass { get; init; }

    /// <summary>NPIs of those who care for the patient beyond this visit: the PCP as the message names it.</summary>
    public ImmutableArray<string> CareNpis { get; init; } = [];

    /// <summary>A FHIR R4 message Bundle, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Bundle { get; init; }

    /// <summary>SHA-256 of the event type and of all resources but the MessageHeader: a resend under another control id has the same.</summary>
    public required ContentHash Hash { get; init; }
    public ImmutableArray<AdtIssue> Issues { get; init; } = [];

    /// <summary>What is known of the visit after this event; null if it is about no visit.</summary>
    public EpisodeState? After(EpisodeState? before)
    {
        if (EncounterStatus is null)
            return before;
        var last = before is null || before.LastEventTime < EventTime ? EventTime : before.LastEventTime;
        return new EpisodeState(EncounterStatus, PeriodStart, PeriodEnd, last);
    }

    /// <summary>True if the event was converted without knowing <paramref name="known"/> and would say something else with it: convert it again.</summary>
    public bool IsAffectedBy(EpisodeState known) =>
        EncounterStatus is not null
        && EncounterTimeline.Merge(EncounterStatus, PeriodStart, PeriodEnd, EventTime, known) != (EncounterStatus, PeriodStart, PeriodEnd);

    public override string ToString() => $"AdtEvent({Trigger}, {PatientId}, {EncounterId})";
}
