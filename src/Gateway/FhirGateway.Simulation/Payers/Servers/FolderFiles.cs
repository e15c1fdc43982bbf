using System.Collections.Immutable;
using FhirGateway.Simulation.Http;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>NDJSON files of a folder as the files of an export, served from disk.</summary>
public static class FolderFiles
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>Every file *.ndjson, by name; the resource type is the name up to the first '.', '-' or '_'.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="countsLines">Whether the lines are counted now, so that the manifest can tell them; else a count of 0 is told.</param>
    public static ImmutableArray<ServedFile> Of(string folder, bool countsLines) =>
    [
        .. Directory.EnumerateFiles(folder, "*.ndjson").Order(StringComparer.Ordinal).Select(path => new ServedFile
        {
            Name = Path.GetFileName(path),
            Role = "output",
            Type = Path.GetFileName(path).Split('.', '-', '_')[0],
            Count = countsLines ? Lines(path) : 0,
            Content = new FileContent(path),
        }),
    ];

    private static long Lines(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var block = new byte[BlockSize];
        var (lines, at) = (0L, 0L);
        while (RandomAccess.Read(file, block, at) is > 0 and var read)
        {
            lines += block.AsSpan(0, read).Count((byte)'\n');
            at += read;
        }

        return lines;
    }
}
