namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Fetches all files of one manifest into a folder, some at a time. A file that cannot be had is a value of the outcome and stops
/// no other; expired links are replaced. Called again with the same folder it goes on where it was.
/// </summary>
public sealed class ManifestFetcher(FileDownload download, TimeProvider clock)
{
    /// <summary>Throws only <see cref="OperationCanceledException"/> and what the disk throws (<see cref="IOException"/>).</summary>
    public async Task<ManifestFetch> FetchAsync(ManifestFetchRequest request, CancellationToken cancellationToken)
    {
        using var run = new ManifestFetchRun(request, download, clock);
        var options = new ParallelOptions { MaxDegreeOfParallelism = request.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, request.Files.Count, options, run.FetchAsync);
        return new ManifestFetch(run.Outcomes());
    }
}
