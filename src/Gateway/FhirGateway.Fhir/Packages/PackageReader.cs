using System.IO.Compression;

namespace FhirGateway.Fhir.Packages;

/// <summary>
/// Reads FHIR packages: gzipped tar archives with <c>package/package.json</c> and the resources beside it
/// (https://confluence.hl7.org/display/FHIR/NPM+Package+Specification). What an index file says is not believed.
/// </summary>
public static class PackageReader
{
    private const string Folder = "package/";
    private const string ExampleFolder = "package/example/";

    /// <summary>Reads a .tgz file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="limits">How large it may be.</param>
    /// <param name="withExamples">Whether <see cref="FhirPackage.Examples"/> are kept.</param>
    /// <exception cref="PackageException">It is no package that can be used.</exception>
    public static FhirPackage ReadFile(string path, PackageLimits? limits = null, bool withExamples = false)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 << 10, FileOptions.SequentialScan);
            if (stream.Length > (limits ?? PackageLimits.Default).MaxArchiveBytes)
                throw new PackageException(PackageFaultCode.TooLarge, $"{path} has more than {(limits ?? PackageLimits.Default).MaxArchiveBytes} bytes");
            return Read(stream, path, limits, withExamples);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PackageException(PackageFaultCode.Unreadable, $"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a .tgz stream up to its end; the stream stays open.</summary>
    /// <param name="stream">The gzipped archive.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="limits">How large it may be.</param>
    /// <param name="withExamples">Whether <see cref="FhirPackage.Examples"/> are kept.</param>
    /// <exception cref="PackageException">It is no package that can be used.</exception>
    public static FhirPackage Read(Stream stream, string file, PackageLimits? limits = null, bool withExamples = false)
    {
        limits ??= PackageLimits.Default;
        using var gzip = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        var tar = new TarSource(gzip, file, limits);
        var content = new PackageContent(file, limits);
        while (tar.MoveNext())
        {
            if (!tar.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || !tar.Name.StartsWith(Folder, StringComparison.Ordinal))
                continue;
            var isExample = withExamples && tar.Name.StartsWith(ExampleFolder, StringComparison.Ordinal);
            if (isExample || tar.Name.IndexOf('/', Folder.Length) < 0)
                content.Add(tar.Name, tar.ReadAll(), isExample);
        }
        tar.Drain();
        return content.ToPackage();
    }
}
