using System.Text.Json.Serialization;
using FhirGateway.Journal;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One line of a fetch's ledger: a file that is proven and synced, and what its manifest promised of it.</summary>
internal sealed record FetchLedgerEntry(
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("file")] string File,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("lines")] long Lines)
{
    [JsonPropertyName("count")]
    public long? Count { get; init; }

    [JsonPropertyName("size")]
    public long? Size { get; init; }

    [JsonPropertyName("checksum")]
    public string? Checksum { get; init; }

    /// <summary>The entry of a proven file.</summary>
    public static FetchLedgerEntry Of(string key, SpooledFile spooled, ManifestFile file) =>
        new(key, spooled.Path, spooled.Length, spooled.Sha256, spooled.Lines ?? 0) { Count = file.Count, Size = file.Size, Checksum = file.Sha256 };

    /// <summary>Whether a manifest promises the same of the file: another promise under the same link is another content.</summary>
    public bool IsOf(ManifestFile file) => (Count, Size, Checksum) == (file.Count, file.Size, file.Sha256);
}
