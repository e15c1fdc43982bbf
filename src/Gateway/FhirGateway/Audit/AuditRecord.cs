namespace FhirGateway.Audit;

/// <summary>Who did what in the gateway: one leaf of the audit log.</summary>
/// <param name="Kind">accepted, held, disclosure, read, refused, operator, …: a fixed list, see <see cref="AuditKinds"/>.</param>
/// <param name="Detail">The facts as one JSON object: ids, codes, counts, hashes; never PHI.</param>
public readonly record struct AuditRecord(string Kind, string Detail);
