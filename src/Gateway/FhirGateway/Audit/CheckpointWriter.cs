using System.Globalization;
using System.Text.Json;

namespace FhirGateway.Audit;

/// <summary>Appends a signed checkpoint when the log has grown. Follows the committed leaves; single user.</summary>
public sealed class CheckpointWriter(IAuditLog log, CheckpointKey key, string path, TimeProvider clock)
{
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
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        CutTornLine(file);
        file.Write([.. line, (byte)'\n']);
        file.Flush(flushToDisk: true);
        written = tree.Count;
    }

    /// <summary>Goes to the end of the last whole line: one torn by a crash never took effect and must not spoil the next.</summary>
    private static void CutTornLine(FileStream file)
    {
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                break;
            end--;
        }

        if (end < file.Length)
            file.SetLength(end);
        file.Position = end;
    }
}
