using System.Formats.Tar;
using System.IO.Compression;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>Public data beside the repository (../shared/data), read and never copied.</summary>
internal static class SharedArchive
{
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static string Path(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "FhirGateway.sln")))
            {
                var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared", "data", "fhir", relative));
                return File.Exists(path) ? path : throw new FileNotFoundException($"../shared/data/fhir/{relative} is absent");
            }
        throw new FileNotFoundException("FhirGateway.sln is in no folder above the program");
    }

    public static IEnumerable<(string Name, byte[] Bytes)> Entries(string relative)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(Path(relative)), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null)
                continue;
            using var copy = new MemoryStream();
            entry.DataStream.CopyTo(copy);
            yield return (entry.Name, copy.ToArray());
        }
    }
}
