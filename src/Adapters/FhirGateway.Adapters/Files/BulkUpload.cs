namespace FhirGateway.Adapters.Files;

/// <summary>One file of a submission as it comes in: the sender's name of it, for reports only, and its bytes, NDJSON or gzip of it.</summary>
public sealed record BulkUpload(string Name, Stream Content);
