using System.Text.Json.Serialization;

namespace FhirGateway.Submissions;

/// <summary>The detail of a <see cref="BulkJobKind.Upload"/> job: how far an upload in parts is.</summary>
public sealed record UploadProgress
{
    /// <summary>The sender's name of the file, for reports only.</summary>
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>The client that began it.</summary>
    [JsonPropertyName("client")] public required string Client { get; init; }

    /// <summary>Bytes that are synced: where the next part begins.</summary>
    [JsonPropertyName("offset")] public long Offset { get; init; }

    /// <summary>Bytes that it will have; null where the sender has not said.</summary>
    [JsonPropertyName("length")] public long? Length { get; init; }

    /// <summary>SHA-256 that the sender promises for the whole, in lower-case hex; null where it promises none.</summary>
    [JsonPropertyName("sha256")] public string? Sha256 { get; init; }

    /// <summary>The Idempotency-Key of its first request; null for none.</summary>
    [JsonPropertyName("key")] public string? Key { get; init; }

    /// <summary>The submission that it became; null before it is complete.</summary>
    [JsonPropertyName("submission")] public string? Submission { get; init; }

    public override string ToString() => $"UploadProgress({Offset})";
}
