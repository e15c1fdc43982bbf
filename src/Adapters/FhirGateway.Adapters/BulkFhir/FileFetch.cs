namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Fetches one file to <paramref name="path"/>, whole, proven and synced, or says why not; goes on with what a former attempt
/// left beside that path. The path in the outcome is the file name of <paramref name="path"/>.
/// </summary>
public delegate Task<FetchedFile> FileFetch(ManifestFile file, string path, CancellationToken cancellationToken);
