namespace FhirGateway.Adapters.BulkFhir;

/// <summary>A file that could not be had.</summary>
/// <param name="List">Which list of the manifest named it.</param>
/// <param name="Type">The resource type that its manifest promised.</param>
/// <param name="File">Scheme, host and path of its link.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">In words.</param>
public sealed record ExportFailure(ManifestFileKind List, string? Type, string File, FileFaultCode Reason, string Detail);
