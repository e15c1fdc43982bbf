using System.Text.Json;
using System.Text.Json.Serialization;

namespace FhirGateway.Contracts;

/// <summary>One event of a stream as a consumer reads it: one JSON object a line.</summary>
public sealed record StreamEntry
{
    /// <summary>1, 2, 3 … per participant and stream, without gaps.</summary>
    [JsonPropertyName("sequence")] public required long Sequence { get; init; }

    /// <summary>Stable: the same event has the same id however often it is delivered. Drop repeats by it.</summary>
    [JsonPropertyName("id")] public required string Id { get; init; }

    /// <summary>One of <see cref="EventTypes"/>.</summary>
    [JsonPropertyName("type")] public required string Type { get; init; }

    /// <summary>When it happened (ADT: the event; else: when the gateway published it), RFC 3339 with offset.</summary>
    [JsonPropertyName("time")] public required string Time { get; init; }

    /// <summary>The organisation that sent it.</summary>
    [JsonPropertyName("source")] public required string Source { get; init; }

    /// <summary>The person, opaque and pairwise: two participants cannot join on it. Null for resources of no person.</summary>
    [JsonPropertyName("person")] public string? Person { get; init; }

    /// <summary>The participant's own id of the person, if its roster or panel has one.</summary>
    [JsonPropertyName("localId")] public string? LocalId { get; init; }

    /// <summary>MSH-10 of the message, or <c>submission/file:line</c>.</summary>
    [JsonPropertyName("sourceMessageId")] public string? SourceMessageId { get; init; }

    /// <summary>The agreement under which it was released.</summary>
    [JsonPropertyName("agreement")] public string? Agreement { get; init; }

    /// <summary>Present on a version of a claim: which claim, and whether its amounts stand.</summary>
    [JsonPropertyName("claim")] public ClaimEntry? Claim { get; init; }

    /// <summary>Present on events of the stream <c>adt</c>.</summary>
    [JsonPropertyName("adt")] public AdtEntry? Adt { get; init; }

    /// <summary>Present where this event must be read after another: a sequence of the same stream.</summary>
    [JsonPropertyName("after")] public long? After { get; init; }

    /// <summary>Present on an entry that was taken back: the sequence of the withdrawing event. <see cref="Data"/> is then null.</summary>
    [JsonPropertyName("withdrawn")] public long? Withdrawn { get; init; }

    /// <summary>The FHIR R4 resource or Bundle; for withdrawals: reason code, event ids, resource type and id; null once withdrawn.</summary>
    [JsonPropertyName("data")] public JsonElement? Data { get; init; }

    public override string ToString() => $"StreamEntry {Sequence} {Type} {Id}";
}
