using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FhirGateway.Processing;

/// <summary>Counts of what came in, is held and went out. No PHI.</summary>
public sealed record GatewayStatus
{
    /// <summary>Distinct messages of the last week.</summary>
    [JsonPropertyName("messages")] public long Messages { get; init; }
    [JsonPropertyName("resources")] public long Resources { get; init; }
    [JsonPropertyName("persons")] public long Persons { get; init; }

    /// <summary>Patients as sources know them.</summary>
    [JsonPropertyName("sourceRecords")] public long SourceRecords { get; init; }

    /// <summary>Of those, linked to another source, roster, panel or opt-out.</summary>
    [JsonPropertyName("linked")] public long Linked { get; init; }
    [JsonPropertyName("attributions")] public long Attributions { get; init; }

    /// <summary>Persons with an attribution.</summary>
    [JsonPropertyName("attributed")] public long Attributed { get; init; }
    [JsonPropertyName("auditRecords")] public long AuditRecords { get; init; }

    /// <summary>Held items by reason.</summary>
    [JsonPropertyName("held")] public IReadOnlyDictionary<string, long> Held { get; init; } = new Dictionary<string, long>();

    /// <summary>Stored and withheld by a label.</summary>
    [JsonPropertyName("withheld")] public IReadOnlyDictionary<string, long> Withheld { get; init; } = new Dictionary<string, long>();

    /// <summary>Submissions by state.</summary>
    [JsonPropertyName("submissions")] public IReadOnlyDictionary<string, long> Submissions { get; init; } = new Dictionary<string, long>();
    [JsonPropertyName("streams")] public ImmutableArray<StreamCount> Streams { get; init; } = [];
}
