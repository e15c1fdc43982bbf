using System.Formats.Tar;
using System.IO.Compression;

namespace FhirGateway.Fhir.Packages;

/// <summary>
/// The package cache that FHIR tools share (https://confluence.hl7.org/display/FHIR/FHIR+Package+Cache): a folder
/// <c>ID#VERSION/package</c> for each package. It is only read.
/// </summary>
public sealed class PackageCache(string path, PackageLimits? limits = null) : IPackageSource
{
    private readonly PackageLimits limits = limits ?? PackageLimits.Default;

    public string Path => path;

    /// <summary>Where it usually is: <c>.fhir/packages</c> in the user's home.</summary>
    public static string UsualPath =>
        System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fhir", "packages");

    public IReadOnlyList<string> VersionsOf(string id)
    {
        if (!PackageName.IsId(id) || !Directory.Exists(path))
            return [];
        try
        {
            return [.. Directory.EnumerateDirectories(path, id + "#*")
                .Select(d => PackageName.TryParseExact(System.IO.Path.GetFileName(d)))
                .Where(n => n?.Id == id).Select(n => n!.Value.Version)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PackageException(PackageFaultCode.Unreadable, $"{path} cannot be read: {e.Message}", e);
        }
    }

    public FhirPackage Load(PackageName name)
    {
        var content = new PackageContent(FolderOf(name), limits);
        foreach (var (entry, file) in Files(name))
            if (entry.AsSpan().Count('/') == 1 && entry.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                content.Add(entry, Bytes(file), isExample: false);
        return content.ToPackage();
    }

    /// <summary>Writes a package of the cache as an archive.</summary>
    /// <exception cref="PackageException">It is not there or cannot be used.</exception>
    public void Pack(PackageName name, Stream archive)
    {
        using var gzip = new GZipStream(archive, CompressionLevel.Optimal, leaveOpen: true);
        using var tar = new TarWriter(gzip, TarEntryFormat.Pax);
        foreach (var (entry, file) in Files(name))
        {
            using var bytes = new MemoryStream(Bytes(file), writable: false);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry) { DataStream = bytes, ModificationTime = DateTimeOffset.UnixEpoch });
        }
    }

    private List<(string Entry, FileInfo File)> Files(PackageName name)
    {
        var folder = new DirectoryInfo(System.IO.Path.Combine(path, name.IsExact ? name.ToString() : "", "package"));
        try
        {
            if (!name.IsExact || !folder.Exists)
                throw new PackageException(PackageFaultCode.NotFound, $"{name} is not in {path}");
            var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 2 };
            var files = new List<(string, FileInfo)>();
            long bytes = 0;
            foreach (var file in folder.EnumerateFiles("*", options))
            {
                bytes += file.Length;
                if (file.Length > limits.MaxEntryBytes || bytes > limits.MaxInflatedBytes || files.Count >= limits.MaxEntries)
                    throw new PackageException(PackageFaultCode.TooLarge, $"{name} in {path} is larger than a package may be, at {file.Name}");
                files.Add(("package/" + System.IO.Path.GetRelativePath(folder.FullName, file.FullName).Replace('\\', '/'), file));
            }
            files.Sort((x, y) => string.CompareOrdinal(x.Item1, y.Item1));
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PackageException(PackageFaultCode.Unreadable, $"{folder.FullName} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>As many bytes as the file had when it was looked at: one that grows is not followed.</summary>
    private static byte[] Bytes(FileInfo file)
    {
        try
        {
            using var stream = file.OpenRead();
            var bytes = new byte[file.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PackageException(PackageFaultCode.Unreadable, $"{file.FullName} cannot be read: {e.Message}", e);
        }
    }

    private string FolderOf(PackageName name) => System.IO.Path.Combine(path, name.ToString());
}
