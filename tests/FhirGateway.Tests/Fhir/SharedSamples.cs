using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace FhirGateway.Tests.Fhir;

/// <summary>Public samples beside the repository; a test that needs them is skipped where they are absent.</summary>
internal static class SharedSamples
{
    public static string Path(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "FhirGateway.sln")))
                continue;
            var path = System.IO.Path.Combine(folder.FullName, "..", "shared", "data", relative);
            if (File.Exists(path))
                return path;
            break;
        }
        Assert.Skip($"../shared/data/{relative} is absent.");
        return "";
    }

    public static IEnumerable<(string Name, byte[] Bytes)> Entries(string archive)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(Path(archive)), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null)
                continue;
            using var copy = new MemoryStream();
            entry.DataStream.CopyTo(copy);
            yield return (entry.Name, copy.ToArray());
        }
    }

    public static IEnumerable<byte[]> BulkLines() =>
        Entries("fhir/samples/synthea-bulk-10.tar.gz")
            .Where(e => e.Name.EndsWith(".ndjson", StringComparison.Ordinal) && !e.Name.EndsWith("log.ndjson", StringComparison.Ordinal))
            .SelectMany(e => Encoding.UTF8.GetString(e.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(Encoding.UTF8.GetBytes);
}
