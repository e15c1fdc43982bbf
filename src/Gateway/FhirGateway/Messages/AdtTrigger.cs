namespace FhirGateway.Messages;

/// <summary>One ADT event of chapter 3.</summary>
/// <param name="Event">MSH-9.2.</param>
/// <param name="Structure">The abstract message structure that governs it (MSH-9.3 is often absent or wrong and is not read).</param>
/// <param name="EventType">The type of stream event it is called by where nothing more is known; null if it is not converted.</param>
/// <param name="Required">A message without these is refused.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Grouping">How often its groups may repeat.</param>
public sealed record AdtTrigger(
    string Event, string Structure, string? EventType, AdtSegments Required, AdtSubject Subject, AdtGrouping Grouping = AdtGrouping.One)
{
    public bool IsConverted => EventType is not null;

    /// <summary>Why it is not converted; null if it is.</summary>
    public string? Unsupported { get; init; }

    public bool RequiresPatient => (Required & (AdtSegments.Patient | AdtSegments.TwoPatients)) != AdtSegments.None;

    public bool RequiresTwoPatients => (Required & AdtSegments.TwoPatients) != AdtSegments.None;

    public bool RequiresVisit => (Required & AdtSegments.Visit) != AdtSegments.None;

    public bool RequiresMerge => (Required & AdtSegments.Merge) != AdtSegments.None;
}
