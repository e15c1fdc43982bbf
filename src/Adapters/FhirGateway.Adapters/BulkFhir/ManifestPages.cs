using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Puts a manifest together from its pages, or from its growing partial forms: every file once, no page twice, within the
/// limits (Bulk Data 3, "link"; partial manifests may get a next page later at the same URL).
/// </summary>
public sealed class ManifestPages(ManifestLimits limits)
{
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ManifestFile> byUrl = new(StringComparer.Ordinal);
    private readonly List<ManifestFile> files = [];
    private BulkManifest? first;
    private int pages;

    /// <summary>Where the page to read next is; null where the last one had no next.</summary>
    public Uri? Next { get; private set; }

    /// <summary>Everything listed so far.</summary>
    public IReadOnlyList<ManifestFile> Files => files;

    /// <summary>
    /// Takes a page that was read at <paramref name="at"/>. The same page may come again (it grew); a page whose next was
    /// visited before is a loop.
    /// </summary>
    public ManifestFault? Add(Uri at, BulkManifest page)
    {
        if (visited.Add(at.AbsoluteUri) && ++pages > limits.MostPages)
            return new ManifestFault(ManifestFaultCode.TooLarge, "link", $"more than {limits.MostPages} pages");
        foreach (var file in page.Files)
        {
            if (!byUrl.TryAdd(file.Url.AbsoluteUri, file))
                continue;
            files.Add(file);
            if (files.Count > limits.MostFiles)
                return new ManifestFault(ManifestFaultCode.TooLarge, "output", $"more than {limits.MostFiles} files");
        }

        // The first page speaks for all, except that one page whose files want a token makes all of them want it.
        first = first is null ? page : first with
        {
            RequiresAccessToken = first.RequiresAccessToken || page.RequiresAccessToken,
            TransactionTime = first.TransactionTime ?? page.TransactionTime,
        };
        Next = page.Next;
        if (page.Next is { } next && visited.Contains(next.AbsoluteUri))
            return new ManifestFault(ManifestFaultCode.Loop, "link", "the next page was read before");
        return null;
    }

    /// <summary>All pages as one manifest.</summary>
    public BulkManifest ToManifest() =>
        (first ?? throw new InvalidOperationException("no page was read")) with { Files = [.. files], Next = null };
}
