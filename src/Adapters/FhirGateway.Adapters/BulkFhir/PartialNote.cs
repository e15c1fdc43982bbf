using System.Text.Json.Serialization;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What is written beside a partial file, so that a restart can go on with it. No URL: only hashes of it, since links hold secrets.</summary>
/// <param name="Url">SHA-256 of the whole URL.</param>
/// <param name="Path">SHA-256 of the URL without its query: a fresh link to the same file has another query.</param>
/// <param name="Validator">Strong ETag, or Last-Modified, that the bytes belong to.</param>
/// <param name="Length">Bytes that were synced.</param>
/// <param name="Total">Bytes of the whole file.</param>
/// <param name="Encoding">Content encoding of the bytes: empty or <c>gzip</c>.</param>
internal sealed record PartialNote(
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("validator")] string Validator,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("total")] long? Total,
    [property: JsonPropertyName("encoding")] string Encoding);
