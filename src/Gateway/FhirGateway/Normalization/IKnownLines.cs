namespace FhirGateway.Normalization;

/// <summary>How the current content of committed resources arrived; read-only and safe for parallel use.</summary>
public interface IKnownLines
{
    /// <summary>Null where the resource is not there, or must be read again when it is sent again.</summary>
    KnownLine? Find(Guid id);

    /// <summary>Counts the changes of what references of a source resolve to, other than by what was never there before.</summary>
    long Generation(int source);

    /// <summary>What validation found, by its number.</summary>
    LineFindings Findings(int number);
}
