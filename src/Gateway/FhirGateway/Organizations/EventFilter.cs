using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FhirGateway.Organizations;

/// <summary>Which ADT events a participant wants; an empty list wants all. What it does not want is not published to it, and not counted as disclosed.</summary>
public sealed record EventFilter
{
    /// <summary>Values of <see cref="Contracts.EventTypes"/>. Cancels of what was told always come.</summary>
    public ImmutableArray<string> Events { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Codes of Encounter.class.</summary>
    public ImmutableArray<string> Classes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>MSH-4 values; case ignored.</summary>
    public ImmutableArray<string> Facilities { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Ids of payers whose attribution the patient must have.</summary>
    public ImmutableArray<string> Payers { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Years of age on the day of the event, inclusive.</summary>
    public int? MinAge { get; init; }

    /// <inheritdoc cref="MinAge"/>
    public int? MaxAge { get; init; }

    /// <summary>Everything is wanted.</summary>
    [JsonIgnore]
    public bool IsEmpty => Events.IsEmpty && Classes.IsEmpty && Facilities.IsEmpty && Payers.IsEmpty && MinAge is null && MaxAge is null;
}
