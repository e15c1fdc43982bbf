using System.Collections.Immutable;
using FhirGateway.Episodes;

namespace FhirGateway.Normalization.Adt;

/// <summary>One ADT message after the pure stages: its FHIR bundle and the facts that the state transaction needs.</summary>
public sealed record AdtEvent
{
    public required string Source { get; init; }

    /// <summary>A01, A03 …</summary>
    public required string Trigger { get; init; }

    /// <summary>Which of the message's patients it is about, from 0.</summary>
    public int Group { get; init; }

    /// <summary>A value of <see cref="Contracts.EventTypes"/>: what the event is called where nothing more is known of the visit than this message.</summary>
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

    /// <summary>Published id of the Encounter: made of the episode's key.</summary>
    public Guid? EncounterId { get; init; }

    /// <summary>Encounter.status as in the bundle.</summary>
    public string? EncounterStatus => Episode?.Status;

    /// <summary>Encounter.period as in the bundle, FHIR dateTimes.</summary>
    public string? PeriodStart => Episode?.Start?.Text;

    /// <inheritdoc cref="PeriodStart"/>
    public string? PeriodEnd => Episode?.End?.Text;

    /// <summary>The day of the event as written.</summary>
    public required ServicePeriod Service { get; init; }

    /// <summary>PV1-2 as sent.</summary>
    public string? PatientClass { get; init; }

    /// <summary>NPIs of those who care for the patient beyond this visit: the PCP as the message names it.</summary>
    public ImmutableArray<string> CareNpis { get; init; } = [];

    /// <summary>A FHIR R4 message Bundle, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Bundle { get; init; }

    /// <summary>SHA-256 of all resources but MessageHeader and Provenance: a resend under another control id has the same, and so has an update that says nothing new.</summary>
    public required ContentHash Hash { get; init; }
    public ImmutableArray<AdtIssue> Issues { get; init; } = [];

    public override string ToString() => $"AdtEvent({Trigger}, {PatientId}, {EncounterId})";
}
