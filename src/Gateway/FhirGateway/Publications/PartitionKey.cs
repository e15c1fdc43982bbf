using System.Buffers.Binary;
using System.Text;

namespace FhirGateway.Publications;

/// <summary>
/// Which partition a key belongs to: 32-bit MurmurHash2 over the key's UTF-8 bytes with Kafka's seed, sign bit cleared,
/// modulo the partition count. It is what Kafka's own clients do, so that other producers and consumers agree.
/// </summary>
public static class PartitionKey
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;

    /// <summary>The partition of <paramref name="key"/> in a topic of <paramref name="partitionCount"/> partitions (at least 1).</summary>
    public static int PartitionOf(string key, int partitionCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        var length = Encoding.UTF8.GetMaxByteCount(key.Length);
        Span<byte> bytes = length <= 256 ? stackalloc byte[256] : new byte[length];
        var written = Encoding.UTF8.GetBytes(key, bytes);
        return (int)(Murmur2(bytes[..written]) & 0x7fffffff) % partitionCount;
    }

    /// <summary>MurmurHash2, 32 bits, as Kafka's clients compute it.</summary>
    public static uint Murmur2(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var hash = Seed ^ (uint)data.Length;
            while (data.Length >= 4)
            {
                var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
                word = (word ^ (word >> 24)) * Multiplier;
                hash = (hash * Multiplier) ^ word;
                data = data[4..];
            }

            for (var i = data.Length - 1; i >= 0; i--)
                hash ^= (uint)data[i] << (8 * i);
            if (data.Length > 0)
                hash *= Multiplier;
            hash = (hash ^ (hash >> 13)) * Multiplier;
            return hash ^ (hash >> 15);
        }
    }
}
