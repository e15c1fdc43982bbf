namespace FhirGateway.Adapters.BulkFhir;

/// <summary>How far the fetch of a manifest is.</summary>
/// <param name="Files">Files of the manifest.</param>
/// <param name="Fetched">Proven and spooled.</param>
/// <param name="Failed">Given up.</param>
/// <param name="Bytes">Bytes of the fetched ones, as spooled.</param>
/// <param name="Lines">Lines of the fetched ones.</param>
public readonly record struct FetchProgress(int Files, int Fetched, int Failed, long Bytes, long Lines);
