using System.Text.Json.Serialization;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One line of a fetch's ledger: a file that is proven and synced.</summary>
internal sealed record FetchLedgerEntry(
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("file")] string File,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("lines")] long Lines);
