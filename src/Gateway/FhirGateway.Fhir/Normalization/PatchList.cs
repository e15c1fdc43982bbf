using System.Buffers;

namespace FhirGateway.Fhir.Normalization;

/// <summary>
/// Replacements of byte ranges of one line; what they do not touch keeps its bytes. A patch within a range that another takes
/// out is gone with it; insertions at one place stay in the order in which they were made. Reusable, not thread-safe.
/// </summary>
public sealed class PatchList
{
    private readonly List<(int Start, int Length, int Order, int At, int Size, bool OnlyHash)> patches = [];
    private readonly ArrayBufferWriter<byte> scratch = new(1024);

    /// <summary>Count of patches.</summary>
    public int Count => patches.Count;

    /// <summary>There is a patch that only the hash sees.</summary>
    public bool HasHashPatches { get; private set; }

    public void Clear()
    {
        patches.Clear();
        scratch.ResetWrittenCount();
        HasHashPatches = false;
    }

    /// <summary>Puts <paramref name="text"/>, which is JSON text, in the place of a range.</summary>
    public void Replace(int start, int length, ReadOnlySpan<byte> text) => Replace(start, length, text, default, default);

    /// <summary>Puts up to three pieces of JSON text, one after the other, before the byte at <paramref name="at"/>.</summary>
    public void Insert(int at, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b = default, ReadOnlySpan<byte> c = default) => Replace(at, 0, a, b, c);

    /// <summary>Takes a range out of what is hashed, and leaves it in what is published.</summary>
    public void RemoveFromHash(int start, int length)
    {
        HasHashPatches = true;
        patches.Add((start, length, patches.Count, 0, 0, true));
    }

    /// <summary>The line with the patches in it.</summary>
    public byte[] Apply(ReadOnlySpan<byte> line, bool forHash)
    {
        // Insertions at one place stay in the order in which they were made.
        patches.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Order.CompareTo(b.Order));
        var result = new byte[Splice(line, default, forHash, measureOnly: true)];
        Splice(line, result, forHash, measureOnly: false);
        return result;
    }

    /// <summary>A patch within a range that another takes out is gone with it.</summary>
    private int Splice(ReadOnlySpan<byte> line, Span<byte> target, bool forHash, bool measureOnly)
    {
        var from = 0;
        var at = 0;
        foreach (var patch in patches)
        {
            if ((patch.OnlyHash && !forHash) || patch.Start < from)
                continue;
            if (!measureOnly)
            {
                line[from..patch.Start].CopyTo(target[at..]);
                scratch.WrittenSpan.Slice(patch.At, patch.Size).CopyTo(target[(at + patch.Start - from)..]);
            }
            at += patch.Start - from + patch.Size;
            from = patch.Start + patch.Length;
        }
        if (!measureOnly)
            line[from..].CopyTo(target[at..]);
        return at + line.Length - from;
    }

    private void Replace(int start, int length, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c)
    {
        var at = scratch.WrittenCount;
        scratch.Write(a);
        scratch.Write(b);
        scratch.Write(c);
        patches.Add((start, length, patches.Count, at, scratch.WrittenCount - at, false));
    }
}
