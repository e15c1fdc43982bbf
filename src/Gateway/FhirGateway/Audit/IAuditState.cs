namespace FhirGateway.Audit;

/// <summary>The audit log inside the state transaction.</summary>
public interface IAuditState
{
    /// <summary>Appends a leaf; it is numbered and hashed with the transaction. <paramref name="person"/> is 0 for none.</summary>
    void Append(AuditRecord record, long person = 0);
}
