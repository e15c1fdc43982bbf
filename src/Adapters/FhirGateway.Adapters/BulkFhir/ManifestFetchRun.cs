using System.Collections.Immutable;
using FhirGateway.Journal;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>One call of <see cref="ManifestFetcher"/>.</summary>
internal sealed class ManifestFetchRun : IDisposable
{
    private readonly ManifestFetchRequest request;
    private readonly string[] keys;
    private readonly string[] names;
    private readonly FetchedFile?[] outcomes;
    private readonly FetchLedger ledger;
    private readonly SemaphoreSlim refreshing = new(1);
    private readonly Lock gate = new();
    private Dictionary<string, Uri>? fresh;
    private int refreshes;
    private FetchProgress progress;

    public ManifestFetchRun(ManifestFetchRequest request)
    {
        this.request = request;
        keys = ManifestFileKeys.Of(request.Files);
        outcomes = new FetchedFile?[request.Files.Count];
        ledger = FetchLedger.Open(request.Folder);
        // By key and not by number, so that half a file is found again when the manifest lists its files in another order.
        names = [.. keys.Select(k => k[..32])];
        progress = new FetchProgress(keys.Length, 0, 0, 0, 0);
    }

    public ImmutableArray<FetchedFile> Outcomes() => [.. outcomes.Select(o => o!)];

    public async ValueTask FetchAsync(int i, CancellationToken cancellationToken)
    {
        var file = request.Files[i];
        if (ledger.Find(keys[i]) is { } known)
        {
            Done(i, new FetchedFile(file, Spooled(file, known), null), isNew: false);
            return;
        }

        while (true)
        {
            var seen = Volatile.Read(ref refreshes);
            var outcome = await request.Fetch(file, Path.Combine(request.Folder, names[i]), cancellationToken);
            if (outcome.Fault is not { Code: FetchFaultCode.Expired } || await FreshLinkAsync(i, seen, cancellationToken) is not { } url)
            {
                Done(i, outcome with { File = request.Files[i] }, isNew: true);
                return;
            }

            file = file with { Url = url };
        }
    }

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
                refreshes++;
            }

            return fresh!.GetValueOrDefault(keys[i]);
        }
        finally
        {
            refreshing.Release();
        }
    }

    private void Done(int i, FetchedFile outcome, bool isNew)
    {
        lock (gate)
        {
            outcomes[i] = outcome;
            if (outcome.Spooled is { } spooled)
            {
                if (isNew)
                    ledger.Add(new FetchLedgerEntry(keys[i], names[i], spooled.Name, spooled.Length, spooled.Sha256, spooled.Lines ?? 0));
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

    private static SpooledFile Spooled(ManifestFile file, FetchLedgerEntry entry) => new(entry.File, entry.Name, entry.Length, entry.Sha256)
    {
        Role = file.Kind == ManifestFileKind.Deleted ? SpooledFileRole.Deleted : SpooledFileRole.Output,
        Type = file.Kind == ManifestFileKind.Output ? file.Type : null,
        Lines = entry.Lines,
        Count = file.Count,
    };

    public void Dispose()
    {
        ledger.Dispose();
        refreshing.Dispose();
    }
}
