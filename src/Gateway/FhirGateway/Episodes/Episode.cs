using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>One visit, folded from its events. The same events give the same episode in whatever order they arrived.</summary>
public sealed record Episode
{
    public const string Planned = "planned";
    public const string InProgress = "in-progress";
    public const string OnLeave = "onleave";
    public const string Finished = "finished";
    public const string Cancelled = "cancelled";

    /// <summary>Closed by rule: nobody said how it ended.</summary>
    public const string Unknown = "unknown";

    /// <summary>What the Encounter's id is made of: the visit key, or for a later use of the number the key, "|" and the day it began; of several of one day, "|" and who began it.</summary>
    public required string Key { get; init; }

    /// <summary>authority|number.</summary>
    public required string VisitKey { get; init; }

    /// <summary>The patient of the latest event.</summary>
    public required string PatientKey { get; init; }

    /// <summary>Encounter.status.</summary>
    public required string Status { get; init; }

    /// <summary>Encounter.period.</summary>
    public Moment? Start { get; init; }

    /// <inheritdoc cref="Start"/>
    public Moment? End { get; init; }

    /// <summary>PV2-8 of a visit that is planned: when the patient is expected.</summary>
    public Moment? ExpectedStart { get; init; }

    /// <summary>The current class; the last one of <see cref="Classes"/>.</summary>
    public required VisitClass Class { get; init; }
    public ImmutableArray<ClassPeriod> Classes { get; init; } = [];
    public ImmutableArray<LocationPeriod> Locations { get; init; } = [];
    public string? AdmitSource { get; init; }

    /// <summary>Null again where a discharge was cancelled.</summary>
    public string? Disposition { get; init; }
    public string? AdmissionType { get; init; }
    public string? Facility { get; init; }
    public string? FacilityNpi { get; init; }
    public string? AttendingNpi { get; init; }
    public string? AttendingName { get; init; }
    public Moment? Death { get; init; }

    /// <summary>Labels of all its messages, also of those that were cancelled, separated by spaces; null where there are none.</summary>
    public string? Labels { get; init; }
    public ImmutableArray<Milestone> Milestones { get; init; } = [];

    /// <summary>The latest event that says something of the visit as it stands (no event that was cancelled, and no cancel): its message fills the rest of the Encounter.</summary>
    public required EventOrder Latest { get; init; }

    /// <summary>Journal entry of <see cref="Latest"/>.</summary>
    public long LatestEntry { get; init; }

    /// <summary>How many events it was folded from.</summary>
    public int Events { get; init; }

    /// <summary>Hours under observation up to the conversion or discharge; null if it never was, or still is for the first time.</summary>
    public double? ObservationHours { get; init; }

    /// <summary>Ended by <see cref="HangingRules"/>, not by a message.</summary>
    public bool IsClosedByRule { get; init; }

    public override string ToString() => $"Episode({Status}, {Class.Code}, {Events} events)";
}
