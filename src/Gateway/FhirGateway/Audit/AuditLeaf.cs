namespace FhirGateway.Audit;

/// <summary>One leaf of the audit log.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Stored">The leaf hash as stored.</param>
/// <param name="Computed">The leaf hash of the record as stored now.</param>
public sealed record AuditLeaf(long Number, byte[] Stored, byte[] Computed);
