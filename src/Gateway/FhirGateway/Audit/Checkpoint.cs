using System.Text.Json.Serialization;

namespace FhirGateway.Audit;

/// <summary>A signed statement of the audit log's size and root: one line of the checkpoint file, kept outside the database.</summary>
/// <param name="Size">Leaves.</param>
/// <param name="Root">Merkle tree hash over them (RFC 6962 section 2.1), base64.</param>
/// <param name="Time">When it was signed, RFC 3339.</param>
/// <param name="Key">Fingerprint of the signing key: SHA-256 of its SubjectPublicKeyInfo, hex.</param>
/// <param name="Signature">ECDSA P-256 with SHA-256 over "fhir-gateway-audit\nsize\nroot\ntime\n", base64.</param>
public sealed record Checkpoint(
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("root")] string Root,
    [property: JsonPropertyName("time")] string Time,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("signature")] string Signature);
