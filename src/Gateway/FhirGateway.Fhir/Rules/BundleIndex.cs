using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>The entries of one Bundle by fullUrl and by type and id. Reusable; looks are one hash each.</summary>
internal sealed class BundleIndex
{
    private const int MaxKey = 256;
    private JsonTape tape = null!;
    private BundleEntry[] entries = new BundleEntry[16];
    private int[] urlHeads = new int[32];
    private int[] idHeads = new int[32];
    private int[] urlNext = new int[16];
    private int[] idNext = new int[16];

    public int Count { get; private set; }

    /// <summary>Two entries have the same fullUrl.</summary>
    public bool HasRepeatedUrl { get; private set; }

    public BundleEntry this[int index] => entries[index];

    public void Read(JsonTape source, int bundle)
    {
        tape = source;
        Count = 0;
        HasRepeatedUrl = false;
        foreach (var entry in tape.Items(bundle, "entry"u8))
            if (tape[entry].Kind == JsonKind.Object)
                Add(entry);
        var size = 32;
        while (size < Count * 2)
            size *= 2;
        if (urlHeads.Length != size)
            (urlHeads, idHeads) = (new int[size], new int[size]);
        Array.Fill(urlHeads, -1);
        Array.Fill(idHeads, -1);
        for (var i = Count - 1; i >= 0; i--)
            Link(i);
    }

    /// <summary>The first entry with this fullUrl, or -1.</summary>
    public int FindUrl(ReadOnlySpan<byte> url) => FindUrl(url, urlHeads[JsonText.Hash(url) & (urlHeads.Length - 1)]);

    /// <summary>The next entry with this fullUrl behind one that has it, or -1.</summary>
    public int FindUrlAfter(ReadOnlySpan<byte> url, int index) => FindUrl(url, urlNext[index]);

    /// <summary>The first entry whose resource has this type and id, as in <c>Patient/1</c>, or -1.</summary>
    public int FindId(ReadOnlySpan<byte> typeAndId)
    {
        Span<byte> key = stackalloc byte[MaxKey];
        for (var i = idHeads[JsonText.Hash(typeAndId) & (idHeads.Length - 1)]; i >= 0; i = idNext[i])
            if (key[..Key(entries[i].Resource, key)].SequenceEqual(typeAndId))
                return i;
        return -1;
    }

    /// <summary>Whether the resource of an entry says that it is of this version.</summary>
    public bool HasVersion(int index, ReadOnlySpan<byte> version) =>
        tape.Is(tape.Find(tape.Find(entries[index].Resource, "meta"u8), "versionId"u8), version);

    private int FindUrl(ReadOnlySpan<byte> url, int first)
    {
        for (var i = first; i >= 0; i = urlNext[i])
            if (tape.Bytes(entries[i].FullUrl).SequenceEqual(url))
                return i;
        return -1;
    }

    private void Add(int entry)
    {
        if (Count == entries.Length)
        {
            Array.Resize(ref entries, Count * 2);
            Array.Resize(ref urlNext, Count * 2);
            Array.Resize(ref idNext, Count * 2);
        }
        var url = tape.Find(entry, "fullUrl"u8);
        var resource = tape.Find(entry, "resource"u8);
        entries[Count++] = new(entry, tape.IsString(url) ? url : -1, resource >= 0 && tape[resource].Kind == JsonKind.Object ? resource : -1);
    }

    private void Link(int index)
    {
        var entry = entries[index];
        if (entry.FullUrl >= 0)
        {
            var url = tape.Bytes(entry.FullUrl);
            HasRepeatedUrl |= FindUrl(url) >= 0;
            ref var head = ref urlHeads[JsonText.Hash(url) & (urlHeads.Length - 1)];
            (urlNext[index], head) = (head, index);
        }
        Span<byte> key = stackalloc byte[MaxKey];
        if (entry.Resource >= 0 && Key(entry.Resource, key) is > 0 and var length)
        {
            ref var head = ref idHeads[JsonText.Hash(key[..length]) & (idHeads.Length - 1)];
            (idNext[index], head) = (head, index);
        }
    }

    private int Key(int resource, Span<byte> key)
    {
        var type = tape.FindBytes(resource, "resourceType"u8);
        var id = tape.FindBytes(resource, "id"u8);
        if (id.IsEmpty || type.Length + id.Length + 1 > MaxKey)
            return 0;
        type.CopyTo(key);
        key[type.Length] = (byte)'/';
        id.CopyTo(key[(type.Length + 1)..]);
        return type.Length + 1 + id.Length;
    }
}
