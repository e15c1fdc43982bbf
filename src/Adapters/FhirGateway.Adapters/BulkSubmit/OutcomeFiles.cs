using System.Globalization;
using FhirGateway.Adapters.Files;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>The files of OperationOutcomes that senders fetch: one per submitted manifest, kept for some time after the submission is over.</summary>
public sealed class OutcomeFiles(string root, TimeProvider clock)
{
    public const string Extension = ".ndjson";

    /// <summary>How long they are kept after the submission was completed.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    public static string NameOf(int manifest) => manifest.ToString(CultureInfo.InvariantCulture) + Extension;

    /// <summary>Full path of a written file; null where there is none.</summary>
    public string? PathOf(string job, int manifest)
    {
        var path = Path.Combine(root, job, NameOf(manifest));
        return File.Exists(path) ? path : null;
    }

    /// <summary>Writes a file whole or not at all; an earlier one of this manifest is replaced.</summary>
    internal void Write(string job, int manifest, ReadOnlySpan<byte> content)
    {
        var folder = Path.Combine(root, job);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, NameOf(manifest));
        var part = path + ".part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
        DiskSync.Directory(folder);
    }

    /// <summary>Removes what is past its life; returns how many folders cannot be removed.</summary>
    internal int RemoveExpired()
    {
        if (!Directory.Exists(root))
            return 0;
        var left = 0;
        var before = clock.GetUtcNow().UtcDateTime - Life;
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            // The folder's own time moves with every file written into it: the last one is the end of the submission or close to it.
            if (Directory.GetLastWriteTimeUtc(folder) < before - TimeSpan.FromDays(1) && !DiskFault.TryRemove(folder))
                left++;
        }

        return left;
    }
}
