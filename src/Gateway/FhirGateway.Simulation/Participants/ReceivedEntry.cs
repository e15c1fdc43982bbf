using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Contracts;

namespace FhirGateway.Simulation.Participants;

/// <summary>A line of a participant's ledger: what it needs to remember of a stream entry, and when it came.</summary>
public sealed record ReceivedEntry
{
    public required string Participant { get; init; }
    public required string Stream { get; init; }
    public required long Sequence { get; init; }
    public required string Id { get; init; }
    public required string Type { get; init; }
    public required string Source { get; init; }
    public string? Person { get; init; }
    public string? LocalId { get; init; }
    public string? SourceMessageId { get; init; }

    /// <summary>Type of the resource in <c>data</c>; <c>Bundle</c> for messages.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Id of the resource in <c>data</c>.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Id of the Encounter: of the resource itself, or of the first one in the Bundle.</summary>
    public string? EncounterId { get; init; }

    /// <summary>The key that carries on, of an entry that says that its person turned out to be another one too.</summary>
    public string? Survivor { get; init; }

    /// <summary>Ids of the events that it says are not so.</summary>
    public ImmutableArray<string> Cancels { get; init; } = [];

    /// <summary>Set where the entry was read after it had been taken back.</summary>
    public long? Withdrawn { get; init; }
    public required DateTimeOffset ArrivedAt { get; init; }

    public static ReceivedEntry From(string participant, string stream, StreamEntry entry, DateTimeOffset arrivedAt)
    {
        var data = entry.Data is { ValueKind: JsonValueKind.Object } resource ? resource : default;
        var type = Text(data, "resourceType");
        return new ReceivedEntry
        {
            Participant = participant,
            Stream = stream,
            Sequence = entry.Sequence,
            Id = entry.Id,
            Type = entry.Type,
            Source = entry.Source,
            Person = entry.Person,
            LocalId = entry.LocalId,
            SourceMessageId = entry.SourceMessageId,
            ResourceType = type,
            ResourceId = Text(data, "id"),
            EncounterId = type switch { "Encounter" => Text(data, "id"), "Bundle" => EncounterOf(data), _ => null },
            Survivor = entry.Type == EventTypes.PersonMerged ? Text(data, "survivor") : null,
            Cancels = entry.Adt?.Cancels ?? [],
            Withdrawn = entry.Withdrawn,
            ArrivedAt = arrivedAt,
        };
    }

    private static string? EncounterOf(JsonElement bundle)
    {
        if (!bundle.TryGetProperty("entry", out var entries) || entries.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var entry in entries.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("resource", out var resource) && Text(resource, "resourceType") == "Encounter")
                return Text(resource, "id");
        }
        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public override string ToString() => $"ReceivedEntry {Participant}/{Stream}/{Sequence}";
}
