using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FhirGateway.Contracts;

/// <summary>What an event of the stream <c>adt</c> says at a glance; the resources are in <see cref="StreamEntry.Data"/>.</summary>
public sealed record AdtEntry
{
    /// <summary>Published id of the Encounter: one per visit, the same on all its events. Null where the event is about a person.</summary>
    [JsonPropertyName("episode")] public string? Episode { get; init; }

    /// <summary>The HL7v2 event of the message that caused it (A01 …); null where the gateway computed it.</summary>
    [JsonPropertyName("trigger")] public string? Trigger { get; init; }

    /// <summary>What is told, or taken back by <c>adt.cancel</c>: a name that is unique within the episode.</summary>
    [JsonPropertyName("milestone")] public string? Milestone { get; init; }

    /// <summary>Encounter.status after it.</summary>
    [JsonPropertyName("status")] public string? Status { get; init; }

    /// <summary>Code of Encounter.class after it: IMP, EMER, OBSENC, AMB …</summary>
    [JsonPropertyName("class")] public string? Class { get; init; }

    /// <summary>Sending facility as the message names it, and its NPI where known.</summary>
    [JsonPropertyName("facility")] public string? Facility { get; init; }

    /// <inheritdoc cref="Facility"/>
    [JsonPropertyName("facilityNpi")] public string? FacilityNpi { get; init; }

    /// <summary>The attending's name, and NPI where known.</summary>
    [JsonPropertyName("attending")] public string? Attending { get; init; }

    /// <inheritdoc cref="Attending"/>
    [JsonPropertyName("attendingNpi")] public string? AttendingNpi { get; init; }

    /// <summary>On <c>adt.cancel</c>: ids of the events that are not so.</summary>
    [JsonPropertyName("cancels")] public ImmutableArray<string>? Cancels { get; init; }

    /// <summary>On <c>adt.return</c> and <c>adt.ed-revisit</c>: the Encounter id of the earlier visit, and when it ended. On <c>adt.stay</c>: that of the visit with which the stay began, and when the visit before this one ended.</summary>
    [JsonPropertyName("index")] public string? Index { get; init; }

    /// <inheritdoc cref="Index"/>
    [JsonPropertyName("indexEnd")] public string? IndexEnd { get; init; }

    /// <summary>The visit was ended by a rule because nothing was heard of it.</summary>
    [JsonPropertyName("closedByRule")] public bool? ClosedByRule { get; init; }

    /// <summary>Hours under observation, once they are over.</summary>
    [JsonPropertyName("observationHours")] public double? ObservationHours { get; init; }

    /// <summary>On <c>adt.merge</c>: the patient identifier that carries on, and the one that is retired, as authority|value.</summary>
    [JsonPropertyName("survivor")] public string? Survivor { get; init; }

    /// <inheritdoc cref="Survivor"/>
    [JsonPropertyName("retired")] public string? Retired { get; init; }

    public override string ToString() => $"AdtEntry {Episode} {Milestone}";
}
