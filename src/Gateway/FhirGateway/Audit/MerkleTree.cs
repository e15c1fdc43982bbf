using System.Numerics;
using System.Security.Cryptography;

namespace FhirGateway.Audit;

/// <summary>
/// The hash tree of RFC 6962 section 2.1 over the audit leaves, as the stack of its complete subtrees: appending costs one
/// hash on average, memory is the logarithm of the count.
/// </summary>
public sealed class MerkleTree
{
    public const int HashSize = 32;
    private readonly List<byte[]> subtrees = [];

    /// <summary>Leaves appended.</summary>
    public long Count { get; private set; }

    /// <summary>SHA-256(0x00 || leaf).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> leaf)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(leaf);
        return hash.GetHashAndReset();
    }

    public void Append(byte[] leafHash)
    {
        subtrees.Add(leafHash);
        Count++;
        for (var n = BitOperations.TrailingZeroCount(Count); n > 0; n--)
        {
            var right = subtrees[^1];
            subtrees.RemoveAt(subtrees.Count - 1);
            subtrees[^1] = Node(subtrees[^1], right);
        }
    }

    /// <summary>The root over all leaves; the hash of nothing for an empty tree.</summary>
    public byte[] Root()
    {
        if (subtrees.Count == 0)
            return SHA256.HashData([]);
        var root = subtrees[^1];
        for (var i = subtrees.Count - 2; i >= 0; i--)
            root = Node(subtrees[i], root);
        return root;
    }

    /// <summary>A copy that can be appended to on its own.</summary>
    public MerkleTree Copy()
    {
        var copy = new MerkleTree { Count = Count };
        copy.subtrees.AddRange(subtrees);
        return copy;
    }

    private static byte[] Node(byte[] left, byte[] right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * HashSize)];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + HashSize)..]);
        return SHA256.HashData(node);
    }
}
