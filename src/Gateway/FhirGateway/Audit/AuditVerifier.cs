using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Audit;

/// <summary>
/// Recomputes every leaf and the tree, and compares with the signed checkpoints: finds edits, deletions, insertions,
/// reordering, and a tail cut off behind the last checkpoint.
/// </summary>
public static class AuditVerifier
{
    private const int MostFaults = 20;

    public static AuditVerification Verify(IAuditLog log, CheckpointKey key, string checkpointPath)
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        var (checkpoints, unreadable) = Read(checkpointPath);
        faults.AddRange(unreadable);
        var bySize = checkpoints.ToLookup(c => c.Size);
        var tree = new MerkleTree();
        var good = 0;
        var excluded = 0L;
        void Check()
        {
            foreach (var checkpoint in bySize[tree.Count])
            {
                if (!key.Verify(checkpoint))
                    Add(faults, $"checkpoint of {checkpoint.Size} leaves: the signature does not hold");
                else if (checkpoint.Root != Convert.ToBase64String(tree.Root()))
                    Add(faults, $"checkpoint of {checkpoint.Size} leaves: the log before leaf {checkpoint.Size} was changed");
                else
                    (good, excluded) = (good + 1, checkpoint.Size);
            }
        }

        Check();
        foreach (var leaf in log.Read(1))
        {
            if (leaf.Number != tree.Count + 1)
            {
                Add(faults, $"leaf {tree.Count + 1} is missing");
                break;
            }

            if (!leaf.Stored.AsSpan().SequenceEqual(leaf.Computed))
                Add(faults, $"leaf {leaf.Number}: the record was changed");
            tree.Append(leaf.Computed);
            Check();
        }

        foreach (var checkpoint in checkpoints.Where(c => c.Size > tree.Count).Take(1))
            Add(faults, $"the log ends at leaf {tree.Count}, a checkpoint was signed at {checkpoint.Size}: it was cut off");
        if (log.PublicationsWithoutDisclosure() is var missing and > 0)
            Add(faults, $"{missing} published events have no disclosure record");
        return new AuditVerification(tree.Count, Convert.ToBase64String(tree.Root()), good, excluded, faults.ToImmutable());
    }

    private static void Add(ImmutableArray<string>.Builder faults, string fault)
    {
        if (faults.Count < MostFaults)
            faults.Add(fault);
    }

    private static (List<Checkpoint> Checkpoints, List<string> Unreadable) Read(string path)
    {
        var checkpoints = new List<Checkpoint>();
        var unreadable = new List<string>();
        if (!File.Exists(path))
            return (checkpoints, ["no checkpoint file: nothing proves that the log was not cut off or replaced"]);
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                var checkpoint = JsonSerializer.Deserialize(lines[i], CheckpointJson.Default.Checkpoint);
                if (checkpoint is { Root: not null, Time: not null, Key: not null, Signature: not null })
                    checkpoints.Add(checkpoint);
                else
                    unreadable.Add($"checkpoint file, line {i + 1}: not a checkpoint");
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
                // Torn by a crash while it was appended: it never took effect.
            }
            catch (JsonException)
            {
                unreadable.Add($"checkpoint file, line {i + 1}: not readable");
            }
        }

        return (checkpoints, unreadable);
    }
}
