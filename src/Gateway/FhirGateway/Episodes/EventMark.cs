namespace FhirGateway.Episodes;

/// <summary>What cancels leave of an event.</summary>
[Flags]
internal enum EventMark
{
    None = 0,

    /// <summary>A cancel names it.</summary>
    Cancelled = 1,

    /// <summary>What it stood on was cancelled after it was recorded, or the visit was called off.</summary>
    Fallen = 2,

    /// <summary>It repeats an end that was cancelled.</summary>
    NoEnd = 4,

    /// <summary>It repeats a location that was cancelled.</summary>
    NoLocation = 8,

    /// <summary>It repeats an attending who was cancelled.</summary>
    NoAttending = 16,

    Down = Cancelled | Fallen,
}
