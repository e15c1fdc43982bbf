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
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write([.. line, (byte)'\n']);
        file.Flush(flushToDisk: true);
        written = tree.Count;
    }
}
