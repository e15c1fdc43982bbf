using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>One call of <c>$bulk-submit-status</c> (Bulk Data Access 4.0.0-ballot, OperationDefinition bulk-submit-status).</summary>
public sealed record BulkStatusRequest(SubmitterIdentifier Submitter, string SubmissionId)
{
    /// <summary>The call, or null with the reason.</summary>
    public static BulkStatusRequest? Read(ReadOnlyMemory<byte> body, out SubmitFault? fault)
    {
        var given = SubmitParameters.Read(body);
        BulkStatusRequest? request = null;
        if (given.Fault is null)
        {
            request = new BulkStatusRequest(given.Submitter(), given.SubmissionId());
            BulkSubmitRequestReader.CheckFormat(given, "_outputFormat");
        }

        fault = given.Fault;
        return fault is null ? request : null;
    }

    public override string ToString() => "BulkStatusRequest";
}
