using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;
using FhirGateway.Journal;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One call of <see cref="ManifestFetcher"/>.</summary>
internal sealed class ManifestFetchRun : IDisposable
{
    private readonly ManifestFetchRequest request;
    private readonly FileDownload download;
    private readonly TimeProvider clock;
    private readonly string[] keys;
    private readonly string[] names;
    private readonly ManifestFileOutcome?[] outcomes;
    private readonly FetchLedger ledger;
    private readonly SemaphoreSlim refreshing = new(1);
    private readonly Lock gate = new();
    private Dictionary<string, Uri>? fresh;
    private int refreshes;
    private FetchProgress progress;

    public ManifestFetchRun(ManifestFetchRequest request, FileDownload download, TimeProvider clock)
    {
        this.request = request;
        this.download = download;
        this.clock = clock;
        keys = ManifestFileKeys.Of(request.Files);
        outcomes = new ManifestFileOutcome?[request.Files.Count];
        ledger = FetchLedger.Open(request.Folder);
        // By key and not by number, so that half a file is found again when the manifest lists its files in another order.
        names = [.. keys.Select(k => k[..32])];
        progress = new FetchProgress(keys.Length, 0, 0, 0, 0);
    }

    public ImmutableArray<ManifestFileOutcome> Outcomes() => [.. outcomes.Select(o => o!)];

    public async ValueTask FetchAsync(int i, CancellationToken cancellationToken)
    {
        var file = request.Files[i];
        if (ledger.Find(keys[i]) is { } known && known.IsOf(file))
        {
            Done(i, new ManifestFileOutcome(file, Spooled(file, known), null), isNew: false);
            return;
        }

        var url = file.Url;
        for (var retries = 0; ;)
        {
            var seen = Volatile.Read(ref refreshes);
            var outcome = await download.FetchAsync(Request(file, url, names[i]), cancellationToken);
            if (outcome.IsWhole)
            {
                Done(i, new ManifestFileOutcome(file, Spooled(file, outcome, names[i]), null), isNew: true);
                return;
            }

            if (outcome.Fault.Code == FileFaultCode.LinkExpired && await FreshLinkAsync(i, seen, cancellationToken) is { } link)
            {
                url = link;
            }
            else if (outcome.Fault.IsTransient && retries < request.MostRetries)
            {
                await Task.Delay(outcome.Fault.RetryAfter ?? request.RetryDelay * (1 << retries), clock, cancellationToken);
                retries++;
            }
            else
            {
                Done(i, new ManifestFileOutcome(file, null, outcome.Fault), isNew: true);
                return;
            }
        }
    }

    private FileRequest Request(ManifestFile file, Uri url, string name) => new()
    {
        Url = url,
        Path = Path.Combine(request.Folder, name),
        Allowance = request.Allowance,
        Credential = request.Credential,
        Headers = request.Headers,
        Count = file.Count,
        FileSize = file.Size,
        Sha256 = file.Sha256,
        MostBytes = request.MostBytes,
        Limits = request.Limits,
    };

    /// <summary>A link of this file that is newer than generation <paramref name="seen"/>, or null.</summary>
    private async Task<Uri?> FreshLinkAsync(int i, int seen, CancellationToken cancellationToken)
    {
        if (request.RefreshLinks is null)
            return null;
        await refreshing.WaitAsync(cancellationToken);
        try
        {
            if (refreshes == seen)
            {
                if (refreshes >= request.MostRefreshes || await request.RefreshLinks(cancellationToken) is not { } files)
                    return null;
                fresh = ManifestFileKeys.Of(files).Zip(files).ToDictionary(p => p.First, p => p.Second.Url, StringComparer.Ordinal);
                Volatile.Write(ref refreshes, refreshes + 1);
            }

            return fresh!.GetValueOrDefault(keys[i]);
        }
        finally
        {
            refreshing.Release();
        }
    }

    private void Done(int i, ManifestFileOutcome outcome, bool isNew)
    {
        lock (gate)
        {
            outcomes[i] = outcome;
            if (outcome.Spooled is { } spooled)
            {
                if (isNew)
                    ledger.Add(FetchLedgerEntry.Of(keys[i], spooled, outcome.File));
                progress = progress with
                {
                    Fetched = progress.Fetched + 1,
                    Bytes = progress.Bytes + spooled.Length,
                    Lines = progress.Lines + (spooled.Lines ?? 0),
                };
            }
            else
            {
                progress = progress with { Failed = progress.Failed + 1 };
            }

            request.Progress?.Invoke(progress);
        }
    }

    private static SpooledFile Spooled(ManifestFile file, FetchedFile fetched, string path) =>
        As(file, fetched.ToSpooled(path, EgressUrl.Shown(file.Url), file.Count));

    private static SpooledFile Spooled(ManifestFile file, FetchLedgerEntry entry) =>
        As(file, new SpooledFile(entry.File, EgressUrl.Shown(file.Url), entry.Length, entry.Sha256) { Lines = entry.Lines, Count = file.Count });

    private static SpooledFile As(ManifestFile file, SpooledFile spooled) => spooled with
    {
        Role = file.Kind == ManifestFileKind.Deleted ? SpooledFileRole.Deleted : SpooledFileRole.Output,
        Type = file.Kind == ManifestFileKind.Output ? file.Type : null,
    };

    public void Dispose()
    {
        ledger.Dispose();
        refreshing.Dispose();
    }
}
