using System.Runtime.InteropServices;

namespace FhirGateway.Processing;

/// <summary>
/// Published ids that are surely in the store: a table of fixed size in which a newer id takes the place of an older one. An id
/// that it does not know may be there all the same. For the state writer only.
/// </summary>
internal sealed class KnownIds
{
    private const int Size = 1 << 20;
    private readonly ulong[] slots = new ulong[Size];

    public bool Contains(Guid id)
    {
        var key = KeyOf(id);
        return slots[key & (Size - 1)] == key;
    }

    public void Add(Guid id)
    {
        var key = KeyOf(id);
        slots[key & (Size - 1)] = key;
    }

    public void Remove(Guid id)
    {
        var key = KeyOf(id);
        ref var slot = ref slots[key & (Size - 1)];
        if (slot == key)
            slot = 0;
    }

    /// <summary>After a rollback nothing is sure any more.</summary>
    public void Clear() => Array.Clear(slots);

    /// <summary>64 bits of a name-based UUID: two ids that share them are not met.</summary>
    private static ulong KeyOf(Guid id)
    {
        var halves = MemoryMarshal.Cast<Guid, ulong>(MemoryMarshal.CreateReadOnlySpan(ref id, 1));
        return (halves[0] ^ (halves[1] * 0x9E3779B97F4A7C15));
    }
}
