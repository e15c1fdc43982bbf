namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>What went wrong with a manifest or with a file of it before any line was processed.</summary>
/// <param name="File">Scheme, host and path of the file; null for the manifest itself.</param>
/// <param name="Code">Issue type of FHIR R4.</param>
/// <param name="Text">In words: no query of a URL, no header, no content.</param>
public sealed record ManifestFinding(string? File, string Code, string Text);
