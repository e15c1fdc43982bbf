using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;

namespace FhirGateway.Host.Commands;

/// <summary>NDJSON inside tar archives, plain or gzip: an export is often handed over as one.</summary>
internal static class TarFiles
{
    private const int MagicOffset = 257;
    private const int HeaderSize = 512;

    /// <summary>Whether the file is a tar archive, whatever its name.</summary>
    public static bool IsTar(string path)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            using var content = Open(path);
            var header = new byte[HeaderSize];
            var n = content.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
            return n == HeaderSize && header.AsSpan(MagicOffset, 5).SequenceEqual("ustar"u8);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // Not readable as an archive: it is judged as what it is, further on.
            return false;
        }
    }

    /// <summary>Writes the archive's NDJSON files into the scratch folder, under names of our own, and adds them sorted by theirs.</summary>
    /// <exception cref="VerbFault">The archive is damaged or holds none.</exception>
    public static void Extract(List<(string Name, string? Path)> found, string given, string path, string scratch)
    {
        var extracted = new List<(string Name, string? Path)>();
        try
        {
            using var content = Open(path);
            using var tar = new TarReader(content);
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !ImportFiles.IsNdjson(entry.Name) || entry.DataStream is null)
                    continue;
                var copy = Path.Combine(scratch, (found.Count + extracted.Count).ToString("d5", CultureInfo.InvariantCulture));
                using (var file = new FileStream(copy, FileMode.CreateNew, FileAccess.Write))
                    entry.DataStream.CopyTo(file);
                extracted.Add((entry.Name, copy));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new VerbFault($"{given}: the archive is damaged or cut short; nothing was imported");
        }

        if (extracted.Count == 0)
            throw new VerbFault($"{given}: the archive holds no *.ndjson and no *.ndjson.gz");
        found.AddRange(extracted.OrderBy(f => f.Name, StringComparer.Ordinal));
    }

    private static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
