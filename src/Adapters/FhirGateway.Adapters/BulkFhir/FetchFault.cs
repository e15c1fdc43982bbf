namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Why a file was not fetched.</summary>
/// <param name="Code">For counts.</param>
/// <param name="What">In words; scheme, host and path of a URL at most, no query, header or content.</param>
public sealed record FetchFault(FetchFaultCode Code, string What);
