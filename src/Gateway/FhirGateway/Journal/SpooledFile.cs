using System.Text.Json.Serialization;

namespace FhirGateway.Journal;

/// <summary>A bulk file that lies synced in the spool.</summary>
/// <param name="Path">File name inside the spool folder: made by us, never by a sender.</param>
/// <param name="Name">The sender's name of it, for reports only.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record SpooledFile(
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("sha256")] string Sha256)
{
    /// <summary>What its lines are.</summary>
    [JsonPropertyName("role")] public SpooledFileRole Role { get; init; }

    /// <summary>The resource type that its manifest promises for every line; null where none is promised.</summary>
    [JsonPropertyName("type")] public string? Type { get; init; }

    /// <summary>Lines that are not empty, where they were counted before acceptance.</summary>
    [JsonPropertyName("lines")] public long? Lines { get; init; }

    /// <summary>The count that its manifest promised.</summary>
    [JsonPropertyName("count")] public long? Count { get; init; }
}
