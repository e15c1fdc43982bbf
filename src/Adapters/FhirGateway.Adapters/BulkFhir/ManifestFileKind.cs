namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Which list of a manifest named a file. The numbers are stored.</summary>
public enum ManifestFileKind
{
    /// <summary>Resources: <c>output</c>.</summary>
    Output = 0,

    /// <summary>Bundles of deletions: <c>deleted</c>.</summary>
    Deleted = 1,

    /// <summary>OperationOutcomes: <c>error</c> up to Bulk Data 3, <c>outcome</c> from 4 on.</summary>
    Outcome = 2,
}
