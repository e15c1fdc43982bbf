namespace FhirGateway.Messages;

/// <summary>One ADT event of chapter 3.</summary>
/// <param name="Event">MSH-9.2.</param>
/// <param name="Structure">The abstract message structure that governs it (MSH-9.3 is often absent or wrong and is not read).</param>
/// <param name="EventType">The type of the stream event it becomes; null while this version does not convert it.</param>
/// <param name="RequiresPatient">A message without PID is refused.</param>
/// <param name="RequiresVisit">A message without PV1 is refused.</param>
public sealed record AdtTrigger(string Event, string Structure, string? EventType, bool RequiresPatient, bool RequiresVisit)
{
    public bool IsConverted => EventType is not null;
}
