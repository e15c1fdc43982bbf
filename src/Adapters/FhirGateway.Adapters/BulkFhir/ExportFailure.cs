namespace FhirGateway.Adapters.BulkFhir;

/// <summary>A file that could not be had.</summary>
/// <param name="Type">The resource type that its manifest promised.</param>
/// <param name="File">Scheme, host and path of its link.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">In words.</param>
public sealed record ExportFailure(string? Type, string File, FileFaultCode Reason, string Detail);
