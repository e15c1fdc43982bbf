using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Follows the status of one exchange to its whole manifest, over all pages.</summary>
internal sealed class ExportPolling(ExportExchange exchange, ExportOptions options, TimeProvider clock)
{
    private static readonly EgressHeader Accept = new("Accept", "application/json");

    /// <summary>What the server says of its progress.</summary>
    public Action<string>? Progressed { get; init; }

    /// <summary>Called with everything listed so far while the server still works on the rest.</summary>
    public Func<BulkManifest, CancellationToken, Task>? Partial { get; init; }

    /// <summary>The manifest; null where the server knows no such export any more. Throws <see cref="ExportException"/> where it failed.</summary>
    public async Task<BulkManifest?> WaitAsync(Uri status, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var pages = new ManifestPages(options.Manifest);
        var url = status;
        var faults = 0;
        for (var attempt = 0; ; attempt++)
        {
            var answer = await AskAsync(url, attempt, deadline, cancellationToken);
            if (answer.Verdict == PollVerdict.Gone)
                return null;
            if (answer.Verdict == PollVerdict.Failed)
                throw new ExportException($"the export failed at the server: {answer.Reason}");
            faults = answer.Verdict == PollVerdict.Again ? faults + 1 : 0;
            if (faults > options.MostFaults)
                throw new ExportException($"the server could not tell the status {faults} times in a row; last: {answer.Reason}");
            if (answer.Progress is { } progress)
                Progressed?.Invoke(progress);
            if (await NextAsync(pages, url, answer, cancellationToken) is { } next)
            {
                url = next;
                continue;
            }

            if (answer.Verdict == PollVerdict.Done)
                return pages.ToManifest();
            await exchange.WaitAsync(answer.Wait, deadline, answer.Reason ?? "HTTP 202", cancellationToken);
        }
    }

    /// <summary>All files with fresh links; null where the manifest is not to be had any more.</summary>
    public async Task<IReadOnlyList<ManifestFile>?> RefreshAsync(Uri status, CancellationToken cancellationToken)
    {
        var pages = new ManifestPages(options.Manifest);
        for (var url = status; ;)
        {
            var answer = await AskAsync(url, 0, clock.GetUtcNow() + options.MostWait, cancellationToken);
            if (answer is not { Verdict: PollVerdict.Done, Manifest: { } page } || pages.Add(url, page) is not null)
                return null;
            if (pages.Next is not { } next)
                return pages.Files;
            url = next;
        }
    }

    /// <summary>Takes a page; where to go on at once, or null.</summary>
    private async Task<Uri?> NextAsync(ManifestPages pages, Uri url, PollAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Manifest is not { } page)
            return null;
        var before = pages.Files.Count;
        if (pages.Add(url, page) is { } fault)
            throw new ExportException(fault.ToString());
        if (answer.Verdict == PollVerdict.Working && pages.Files.Count > before && Partial is not null)
            await Partial(pages.ToManifest(), cancellationToken);
        return pages.Next;
    }

    private async Task<PollAnswer> AskAsync(Uri url, int attempt, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var request = EgressRequest.Get(url) with { Headers = [Accept], Redirects = EgressRedirects.SameOrigin };
        var answer = await exchange.SendAsync(request, static _ => false, deadline, cancellationToken);
        return PollReading.Judge(answer.Status, answer.Header, answer.Body, attempt, clock.GetUtcNow(), options.Manifest);
    }
}
