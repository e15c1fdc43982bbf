namespace FhirGateway.Fhir.FhirPath;

/// <summary>A set of items of the stack, by equality. Reusable; the machine lends one to each function that needs it.</summary>
internal sealed class ItemSet
{
    private const int Few = 8;
    private const int Kept = 1 << 14;
    private int[] buckets = [];
    private (int Item, int Hash, int Next)[] entries = new (int, int, int)[Few];
    private int count;
    private bool isHashed;

    public void Clear()
    {
        if (entries.Length > Kept)
            (entries, buckets) = (new (int, int, int)[Few], []);
        count = 0;
        isHashed = false;
    }

    /// <summary>Takes the item at a place of the stack into the set unless it has its equal.</summary>
    /// <param name="machine">Whose stack it is.</param>
    /// <param name="item">The item, wherever it is.</param>
    /// <param name="place">Where it will stand while the set is in use.</param>
    public bool TryAdd(PathMachine machine, in PathItem item, int place)
    {
        var hash = count >= Few ? machine.Hash(item) : 0;
        if (Find(machine, item, hash) >= 0)
            return false;
        if (count == entries.Length)
            Array.Resize(ref entries, count * 2);
        entries[count++] = (place, hash, -1);
        if (count > Few && (!isHashed || count > buckets.Length))
            Rehash(machine, place, item);
        else if (isHashed)
            Link(count - 1);
        return true;
    }

    public bool Contains(PathMachine machine, in PathItem item) => Find(machine, item, isHashed ? machine.Hash(item) : 0) >= 0;

    private int Find(PathMachine machine, in PathItem item, int hash)
    {
        if (!isHashed)
        {
            for (var i = 0; i < count; i++)
                if (machine.Same(machine[entries[i].Item], item))
                    return i;
            return -1;
        }
        for (var i = buckets[hash & (buckets.Length - 1)]; i >= 0 && !machine.IsStopped; i = entries[i].Next)
            if (entries[i].Hash == hash && machine.Same(machine[entries[i].Item], item))
                return i;
        return -1;
    }

    private void Rehash(PathMachine machine, int lastPlace, in PathItem last)
    {
        if (buckets.Length < count * 2)
            buckets = new int[Math.Max(64, buckets.Length * 4)];
        buckets.AsSpan().Fill(-1);
        for (var i = 0; i < count; i++)
        {
            if (!isHashed)
                entries[i].Hash = machine.Hash(entries[i].Item == lastPlace ? last : machine[entries[i].Item]);
            Link(i);
        }
        isHashed = true;
    }

    private void Link(int entry)
    {
        ref var bucket = ref buckets[entries[entry].Hash & (buckets.Length - 1)];
        entries[entry].Next = bucket;
        bucket = entry;
    }
}
