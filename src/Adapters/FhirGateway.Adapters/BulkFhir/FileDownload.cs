using FhirGateway.Adapters.Egress;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Fetches one file of a manifest into the spool, resumes it where it was cut, and proves that it is whole.</summary>
public sealed class FileDownload(EgressClient egress, FileDownloadOptions options, TimeProvider clock, ILogger<FileDownload> log)
{
    /// <summary>
    /// The file lies whole, synced and proven at its path, or the fault says what is wrong and nothing lies there.
    /// Throws <see cref="IOException"/> only where our own disk fails.
    /// </summary>
    public Task<FetchedFile> FetchAsync(FileRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{egress}{options}{clock}{log}");
}
