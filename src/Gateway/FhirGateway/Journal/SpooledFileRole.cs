namespace FhirGateway.Journal;

/// <summary>What the lines of a bulk file are. The numbers are in the journal: never reuse one.</summary>
public enum SpooledFileRole
{
    /// <summary>Resources.</summary>
    Output = 0,

    /// <summary>Bundles whose DELETE entries name resources that the source deleted (Bulk Data, "deleted" of the manifest).</summary>
    Deleted = 1,
}
