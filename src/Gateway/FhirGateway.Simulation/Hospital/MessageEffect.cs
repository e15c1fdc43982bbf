namespace FhirGateway.Simulation.Hospital;

/// <summary>What a message must do at those who may know of the visit.</summary>
public enum MessageEffect
{
    /// <summary>One event.</summary>
    Event,

    /// <summary>One event or none: it arrives after a later one of the same visit, and both answers are right.</summary>
    EventOrNothing,

    /// <summary>No event: it repeats another.</summary>
    Nothing,
}
