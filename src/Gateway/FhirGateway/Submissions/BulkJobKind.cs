namespace FhirGateway.Submissions;

/// <summary>Who drives a bulk job. The numbers are stored.</summary>
public enum BulkJobKind
{
    /// <summary>An <c>$export</c> that we drive.</summary>
    Export = 1,

    /// <summary>A <c>$bulk-submit</c> that the source drives.</summary>
    BulkSubmit = 2,

    /// <summary>An upload in parts.</summary>
    Upload = 3,
}
