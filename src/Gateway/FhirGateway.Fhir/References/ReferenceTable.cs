using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.References;

/// <summary>A hash table whose keys are texts on the tape, so that nothing is copied.</summary>
internal sealed class ReferenceTable
{
    /// <summary>Differs by process, so that a file cannot be made to collide.</summary>
    private static readonly uint Seed = (uint)System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
    private const int Kept = 1 << 12;
    private JsonTape tape = new();
    private Entry[] entries = new Entry[16];
    private int[] buckets = new int[32];
    private int count;

    private enum Kind : byte
    {
        Url,
        TypeAndId,
        Contained,
    }

    public void Clear(JsonTape resource)
    {
        tape = resource;
        count = 0;
        if (entries.Length > Kept)
            (entries, buckets) = (new Entry[16], new int[32]);
        buckets.AsSpan().Fill(-1);
    }

    public void AddUrl(int url, int target) => Add(new(HashOf(Kind.Url, 0, tape.Bytes(url), []), Kind.Url, 0, url, target, -1));

    public void AddTypeAndId(int type, int id, int target) =>
        Add(new(HashOf(Kind.TypeAndId, 0, tape.Bytes(type), tape.Bytes(id), '/'), Kind.TypeAndId, id, type, target, -1));

    public void AddContained(int holder, int id, int target) =>
        Add(new(HashOf(Kind.Contained, holder, tape.Bytes(id), []), Kind.Contained, holder, id, target, -1));

    public int FindContained(int holder, ReadOnlySpan<byte> id)
    {
        var hash = HashOf(Kind.Contained, holder, id, []);
        for (var i = First(hash); i >= 0; i = entries[i].Next)
            if (entries[i] is { Kind: Kind.Contained } e && e.Hash == hash && e.Scope == holder && tape.Bytes(e.Text).SequenceEqual(id))
                return e.Target;
        return -1;
    }

    /// <summary>The target of a URL given in two parts.</summary>
    public int FindUrl(ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest)
    {
        var hash = HashOf(Kind.Url, 0, start, rest);
        for (var i = First(hash); i >= 0; i = entries[i].Next)
        {
            if (entries[i] is not { Kind: Kind.Url } e || e.Hash != hash)
                continue;
            var url = tape.Bytes(e.Text);
            if (url.Length == start.Length + rest.Length && url.StartsWith(start) && url.EndsWith(rest))
                return e.Target;
        }
        return -1;
    }

    public int FindTypeAndId(ReadOnlySpan<byte> reference)
    {
        var hash = HashOf(Kind.TypeAndId, 0, reference, []);
        for (var i = First(hash); i >= 0; i = entries[i].Next)
        {
            if (entries[i] is not { Kind: Kind.TypeAndId } e || e.Hash != hash)
                continue;
            var type = tape.Bytes(e.Text);
            var id = tape.Bytes(e.Scope);
            if (reference.Length == type.Length + 1 + id.Length && reference.StartsWith(type) && reference.EndsWith(id) && reference[type.Length] == '/')
                return e.Target;
        }
        return -1;
    }

    private int First(uint hash) => count == 0 ? -1 : buckets[hash & (uint)(buckets.Length - 1)];

    /// <summary>The first of equal keys stays in front.</summary>
    private void Add(Entry entry)
    {
        for (var i = First(entry.Hash); i >= 0; i = entries[i].Next)
            if (entries[i].Hash == entry.Hash && entries[i].Kind == entry.Kind && IsSame(entries[i], entry))
                return;
        if (count == entries.Length)
            Grow();
        ref var bucket = ref buckets[entry.Hash & (uint)(buckets.Length - 1)];
        entries[count] = entry with { Next = bucket };
        bucket = count++;
    }

    private bool IsSame(in Entry x, in Entry y) => tape.Bytes(x.Text).SequenceEqual(tape.Bytes(y.Text)) && x.Kind switch
    {
        Kind.Contained => x.Scope == y.Scope,
        Kind.TypeAndId => tape.Bytes(x.Scope).SequenceEqual(tape.Bytes(y.Scope)),
        _ => true,
    };

    private void Grow()
    {
        Array.Resize(ref entries, count * 2);
        buckets = new int[entries.Length * 2];
        buckets.AsSpan().Fill(-1);
        for (var i = 0; i < count; i++)
        {
            ref var bucket = ref buckets[entries[i].Hash & (uint)(buckets.Length - 1)];
            entries[i] = entries[i] with { Next = bucket };
            bucket = i;
        }
    }

    private static uint HashOf(Kind kind, int scope, ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest, char between = '\0')
    {
        var hash = Mix(Seed ^ ((uint)kind * 0x9E3779B1u) ^ ((uint)scope * 0x85EBCA6Bu), start);
        if (between != '\0')
            hash = (hash ^ between) * 0x01000193u;
        hash = Mix(hash, rest);
        return hash ^ (hash >> 15);
    }

    private static uint Mix(uint hash, ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
            hash = (hash ^ b) * 0x01000193u;
        return hash;
    }

    /// <param name="Hash">Hash of the key.</param>
    /// <param name="Kind">What the key is.</param>
    /// <param name="Scope">The holder of a contained resource; the token of the id of type and id.</param>
    /// <param name="Text">Token of the text.</param>
    /// <param name="Target">Token of the resource.</param>
    /// <param name="Next">The next of the same bucket.</param>
    private readonly record struct Entry(uint Hash, Kind Kind, int Scope, int Text, int Target, int Next);
}
