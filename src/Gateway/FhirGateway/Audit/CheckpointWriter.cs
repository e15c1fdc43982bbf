using System.Globalization;
using System.Text.Json;

namespace FhirGateway.Audit;

/// <summary>Appends a signed checkpoint when the log has grown. Follows the committed leaves; single user.</summary>
public sealed class CheckpointWriter(IAuditLog log, CheckpointKey key, string path, TimeProvider clock)
{
    /// <summary>Longest line that is looked at for a torn end.</summary>
    private const int MostLine = 4096;
    private readonly MerkleTree tree = new();
    private long written = -1;

    /// <summary>Where the checkpoints are appended.</summary>
    public string Path => path;

    /// <summary>Signs the log as it stands, if it changed since the last checkpoint.</summary>
    public void Write()
    {
        foreach (var leaf in log.Read(tree.Count + 1))
            tree.Append(leaf.Stored);
        if (tree.Count == written)
            return;
        var time = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = JsonSerializer.SerializeToUtf8Bytes(key.Sign(tree.Count, tree.Root(), time), CheckpointJson.Default.Checkpoint);
        Append([.. line, (byte)'\n']);
        written = tree.Count;
    }

    /// <summary>A line that a crash or a full disk tore never took effect: it is cut off, or the next one would be unreadable behind it.</summary>
    private void Append(ReadOnlySpan<byte> line)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var end = EndOfLines(file);
        if (end < file.Length)
            file.SetLength(end);
        file.Position = end;
        try
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }
    }

    private static long EndOfLines(FileStream file)
    {
        Span<byte> tail = stackalloc byte[(int)Math.Min(file.Length, MostLine)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var last = tail.LastIndexOf((byte)'\n');
        return last < 0 && file.Length > MostLine ? file.Length : file.Length - tail.Length + last + 1;
    }
}
