using FhirGateway.Adapters.Files;

namespace FhirGateway.Host.Commands;

/// <summary>The files that an import means: those named, and in folders and tar archives every *.ndjson and *.ndjson.gz, sorted.</summary>
internal static class ImportFiles
{
    /// <exception cref="VerbFault">A path cannot be read, or a folder holds nothing to import.</exception>
    /// <param name="session">Whose paths they are.</param>
    /// <param name="paths">As given.</param>
    /// <param name="scratch">A folder for what archives hold; the caller removes it.</param>
    public static List<(string Name, string? Path)> Find(Session session, IEnumerable<string> paths, string scratch)
    {
        var found = new List<(string Name, string? Path)>();
        foreach (var path in paths)
        {
            if (path == "-")
                found.Add(("stdin", null));
            else if (Directory.Exists(session.PathOf(path)))
                AddFolder(found, path, session.PathOf(path));
            else if (TarFiles.IsTar(session.PathOf(path)))
                TarFiles.Extract(found, path, session.PathOf(path), scratch);
            else
                found.Add((Path.GetFileName(path), session.PathOf(path)));
        }

        foreach (var (name, path) in found)
        {
            if (path is not null)
                session.Open(path).Dispose();
        }

        return found;
    }

    public static List<BulkUpload> Uploads(IEnumerable<(string Name, string? Path)> files) =>
        [.. files.Select(f => new BulkUpload(f.Name, f.Path is null ? Console.OpenStandardInput() : new OpenedWhenRead(f.Path)))];

    private static void AddFolder(List<(string Name, string? Path)> found, string given, string folder)
    {
        var before = found.Count;
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false };
        foreach (var file in Directory.EnumerateFiles(folder, "*", options).Where(IsNdjson).Order(StringComparer.Ordinal))
            found.Add((Path.GetRelativePath(folder, file), file));
        if (found.Count == before)
            throw new VerbFault($"{given}: the folder holds no *.ndjson and no *.ndjson.gz");
    }

    public static bool IsNdjson(string path) =>
        path.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".ndjson.gz", StringComparison.OrdinalIgnoreCase);
}
