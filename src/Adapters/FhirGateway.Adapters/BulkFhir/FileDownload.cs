using FhirGateway.Adapters.Egress;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Fetches one file of a manifest into the spool, resumes it where it was cut, and proves that it is whole.</summary>
public sealed partial class FileDownload(EgressClient egress, FileDownloadOptions options, TimeProvider clock, ILogger<FileDownload> log)
{
    /// <summary>
    /// The file lies whole, synced and proven at its path, or the fault says what is wrong and nothing lies there. After a fault
    /// that <see cref="FileFault.KeepsPart"/>, and after a cancellation, what came so far is kept beside it and taken up by the
    /// next call with the same path; after any other it is removed. The name is durable once the caller synced the folder. Throws <see cref="IOException"/> only where our own
    /// disk fails.
    /// </summary>
    public async Task<FetchedFile> FetchAsync(FileRequest request, CancellationToken cancellationToken)
    {
        if (!EgressUrl.TryRead(request.Url.OriginalString, out _, out var wrong))
            return FetchedFile.Failed(new FileFault(FileFaultCode.NotAllowed, $"its URL {wrong}"));
        FileFault? fault;
        await using (var part = await PartialFile.OpenAsync(request, options.CheckpointBytes))
        {
            using var run = new FileTransfer(egress, options, clock, request, part);
            try
            {
                (var proof, fault) = await FetchAsync(run, request, part, cancellationToken);
                if (proof is not null)
                {
                    await part.CompleteAsync();
                    Log.Fetched(log, request.Allowance.Owner, proof.Length, proof.Lines, run.Attempts);
                    return FetchedFile.Whole(proof);
                }

                if (fault!.KeepsPart)
                    await part.CheckpointAsync();
            }
            catch (OperationCanceledException)
            {
                await part.CheckpointAsync();
                throw;
            }
        }

        if (!fault.KeepsPart)
            PartialFile.Remove(request.Path);
        Log.NotFetched(log, request.Allowance.Owner, fault.Code);
        return FetchedFile.Failed(fault);
    }

    /// <summary>Removes what a fault or a cancellation left of a file that nobody wants any more.</summary>
    /// <param name="path">The path that was to be fetched to.</param>
    public static void Discard(string path) => PartialFile.Remove(path);

    private static async Task<(FileProof? Proof, FileFault? Fault)> FetchAsync(FileTransfer run, FileRequest request, PartialFile part, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await run.ReceiveAsync(cancellationToken) is { } fault)
                return (null, fault);
            var (proof, differs) = await new FileProver(request).ProveAsync(part, run.IsEndMarked, cancellationToken);
            // Parts that make no whole may each be good, of two versions, and an end that nothing marks may be a cut: once more
            // in one piece tells. What came in one piece with its end is what the server has.
            var mayDiffer = part.IsJoined || (part.Total is null && !run.IsEndMarked);
            if (proof is not null || !mayDiffer || differs!.Code == FileFaultCode.LengthUnproven || !run.Restart(differs))
                return (proof, differs);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A file of {Owner} was fetched: {Bytes} bytes, {Lines} lines, {Attempts} attempts")]
        public static partial void Fetched(ILogger log, string owner, long bytes, long lines, int attempts);

        [LoggerMessage(2, LogLevel.Warning, "A file of {Owner} was not fetched: {Code}")]
        public static partial void NotFetched(ILogger log, string owner, FileFaultCode code);
    }
}
