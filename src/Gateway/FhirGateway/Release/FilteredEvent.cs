namespace FhirGateway.Release;

/// <summary>What filters look at of an event of the stream adt.</summary>
/// <param name="Type">A value of <see cref="Contracts.EventTypes"/>.</param>
/// <param name="Class">Code of Encounter.class; null where the event is about a person.</param>
/// <param name="Facility">Sending facility as the message names it.</param>
/// <param name="BirthDate">Of the patient.</param>
/// <param name="Day">Of the event.</param>
public readonly record struct FilteredEvent(string Type, string? Class, string? Facility, DateOnly? BirthDate, DateOnly? Day)
{
    public override string ToString() => $"FilteredEvent({Type}, {Class})";
}
