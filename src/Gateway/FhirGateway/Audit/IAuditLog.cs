namespace FhirGateway.Audit;

/// <summary>The committed audit log, read beside the writer.</summary>
public interface IAuditLog
{
    /// <summary>Records from a number (from 1) on, in order: as stored, and the hash that follows from what is stored.</summary>
    IEnumerable<AuditLeaf> Read(long from);

    /// <summary>Published events for which no disclosure record exists; must be 0.</summary>
    long PublicationsWithoutDisclosure();
}
