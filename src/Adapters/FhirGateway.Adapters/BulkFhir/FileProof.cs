namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What is proven of a fetched file: its bytes are whole, synced, and can be read to their end.</summary>
/// <param name="Length">Bytes as received, which are the bytes in the spool.</param>
/// <param name="Sha256">Of those bytes, lower-case hex.</param>
/// <param name="Lines">Lines that are not empty.</param>
/// <param name="InflatedLength">Bytes after inflation; equal to <paramref name="Length"/> where it came plain.</param>
public sealed record FileProof(long Length, string Sha256, long Lines, long InflatedLength);
