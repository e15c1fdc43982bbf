namespace FhirGateway.Episodes;

/// <summary>What one message says of one visit: all that the fold needs. Kept as long as the episode, so that it can be folded again.</summary>
public sealed record EpisodeEvent
{
    public required EventOrder Order { get; init; }

    /// <summary>Journal entry of the message; 0 outside of a store.</summary>
    public long Entry { get; init; }

    /// <summary>A01, A03 …</summary>
    public required string Trigger { get; init; }

    /// <summary>The time of the event as written.</summary>
    public required Moment At { get; init; }

    /// <summary>authority|PV1-19, or a weaker key.</summary>
    public required string VisitKey { get; init; }

    /// <summary>authority|value of the PID-3 repetition that names the patient.</summary>
    public required string PatientKey { get; init; }

    /// <summary>MSH-4.1.</summary>
    public string? Facility { get; init; }
    public required VisitClass Class { get; init; }

    /// <summary>PV1-2 as sent: R (recurring) is ambulatory, but an A04 of it only registers visits to come.</summary>
    public string? PatientClass { get; init; }

    /// <summary>PV1-3, PV1-6, PV1-11 and PV1-42 as the key of the innermost Location: the path of names from the facility down.</summary>
    public string? Location { get; init; }

    /// <inheritdoc cref="Location"/>
    public string? PriorLocation { get; init; }

    /// <inheritdoc cref="Location"/>
    public string? TemporaryLocation { get; init; }

    /// <inheritdoc cref="Location"/>
    public string? PendingLocation { get; init; }

    /// <summary>PV1-44.</summary>
    public Moment? Admitted { get; init; }

    /// <summary>PV1-45.</summary>
    public Moment? Discharged { get; init; }

    /// <summary>PV2-8 and PV2-9: expected.</summary>
    public Moment? ExpectedAdmit { get; init; }

    /// <inheritdoc cref="ExpectedAdmit"/>
    public Moment? ExpectedDischarge { get; init; }

    /// <summary>PV1-14 and PV1-36 as codes of admit-source and discharge-disposition; the sender's own code after "local:" where its table has none.</summary>
    public string? AdmitSource { get; init; }

    /// <inheritdoc cref="AdmitSource"/>
    public string? Disposition { get; init; }

    /// <summary>PV1-36 says that the patient still is one: a bill in the middle of a stay, no discharge.</summary>
    public bool StaysOn { get; init; }

    /// <summary>PV1-4 as sent: A, C (elective), E, L, N (newborn), R, T, U.</summary>
    public string? AdmissionType { get; init; }

    /// <summary>PID-30 is Y, or PID-29 has a value.</summary>
    public bool IsDeceased { get; init; }

    /// <summary>PID-29.</summary>
    public Moment? Death { get; init; }

    /// <summary>PV1-7: NPI and name of the attending.</summary>
    public string? AttendingNpi { get; init; }

    /// <inheritdoc cref="AttendingNpi"/>
    public string? AttendingName { get; init; }

    /// <summary>NPI of the facility, by the message or the source's settings.</summary>
    public string? FacilityNpi { get; init; }

    /// <summary>Sensitivity labels of the message, separated by spaces; null where it has none.</summary>
    public string? Labels { get; init; }

    /// <summary>NPIs that the message names as the patient's primary care, separated by spaces; null where it names none.</summary>
    public string? CareNpis { get; init; }

    public override string ToString() => $"EpisodeEvent({Trigger}, {Order.Key})";
}
