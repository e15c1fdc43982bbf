namespace FhirGateway.Adapters.BulkFhir;

/// <summary>An export that cannot go on. Its message holds no PHI, secret or query string.</summary>
public sealed class ExportException(string message) : Exception(message);
