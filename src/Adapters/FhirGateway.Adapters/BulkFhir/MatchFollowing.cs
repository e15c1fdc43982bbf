using FhirGateway.Fhir.Ndjson;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Follows an asynchronous match: its status answers with a manifest of Group files, or with the Parameters themselves.</summary>
internal sealed class MatchFollowing(ExportContext context, int index)
{
    private const int MostFiles = 100;
    private const int MostOverAll = 4;
    private readonly ExportParts parts = context.Parts;

    /// <summary>The resources of the answer.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> WaitAsync(Uri status, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var request = Egress.EgressRequest.Get(status) with { Headers = [new Egress.EgressHeader("Accept", "application/json, application/fhir+json")] };
            var answer = await context.Exchange.SendAsync(request, static _ => false, deadline, cancellationToken);
            // Some servers give the outcome of the operation where the manifest would be (FHIR R5 asynchronous interaction).
            if (answer.Status == 200 && ManifestReader.Read(answer.Body, parts.Options.Manifest).Manifest is null)
                return [answer.Body];
            var poll = PollReading.Judge(answer.Status, answer.Header, answer.Body, attempt, parts.Clock.GetUtcNow(), parts.Options.Manifest);
            switch (poll.Verdict)
            {
                case PollVerdict.Done:
                    return await FilesAsync(poll.Manifest!, cancellationToken);
                case PollVerdict.Working or PollVerdict.Again:
                    await context.Exchange.WaitAsync(poll.Wait, deadline, poll.Reason ?? "HTTP 202", cancellationToken);
                    break;
                default:
                    throw new ExportException($"the match of the panel failed at the server: {poll.Reason}");
            }
        }
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> FilesAsync(BulkManifest manifest, CancellationToken cancellationToken)
    {
        var files = manifest.Of(ManifestFileKind.Output).ToList();
        if (files.Count > MostFiles)
            throw new ExportException($"the answer to the match of the panel has {files.Count} files, {MostFiles} at most are read");
        var most = parts.Options.Manifest.MostBytes;
        // A match that is asked again has an answer of its own, perhaps under the same names.
        parts.Intake.RemoveManifest(context.Job, index);
        var folder = parts.Intake.FolderOf(context.Job, index);
        var fetch = await parts.Fetcher.FetchAsync(
            new ManifestFetchRequest
            {
                Files = files,
                MostBytes = most,
                Limits = NdjsonLimits.Default with { MaxBytes = most },
                Folder = folder.Path,
                Allowance = context.Exchange.Allowance,
                Credential = manifest.RequiresAccessToken ? context.Exchange.Credential : null,
                RetryDelay = TimeSpan.FromSeconds(30) * parts.Options.Pace,
            }, cancellationToken);
        if (fetch.Failed.FirstOrDefault() is { } failed)
            throw new ExportException($"the answer to the match of the panel could not be fetched: {failed.Fault!.Detail}");
        var resources = new List<ReadOnlyMemory<byte>>();
        var room = (long)most * MostOverAll;
        foreach (var file in fetch.Files)
        {
            await using var stream = File.OpenRead(Path.Combine(folder.Path, file.Spooled!.Path));
            await using var lines = new NdjsonReader(stream);
            while (await lines.ReadAsync(cancellationToken))
            {
                if (lines.Line.IsOversized)
                    continue;
                if ((room -= lines.Line.Bytes.Length) < 0)
                    throw new ExportException($"the answer to the match of the panel has more than {(long)most * MostOverAll} bytes");
                resources.Add(lines.Line.Bytes.ToArray());
            }
        }

        return resources;
    }
}
