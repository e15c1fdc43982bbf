namespace FhirGateway.Episodes;

/// <summary>What is known of visits, read beside the state transaction. Safe for parallel use.</summary>
public interface IVisitLookup
{
    /// <summary>What is committed of a visit number; null if that cannot be foreseen: it has too many events, or several episodes.</summary>
    ExpectedVisit? Find(int source, string visitKey);
}
