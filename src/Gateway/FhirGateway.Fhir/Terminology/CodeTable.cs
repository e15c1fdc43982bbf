using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Codes as UTF-8 in one array behind a hash index. Looking up allocates nothing.</summary>
internal sealed class CodeTable
{
    private const int MaxFolded = 256;
    private readonly byte[] text;
    private readonly int[] starts;
    private readonly int[] slots;
    private readonly bool ignoreCase;

    private CodeTable(byte[] text, int[] starts, bool ignoreCase)
    {
        this.text = text;
        this.starts = starts;
        this.ignoreCase = ignoreCase;
        slots = new int[Slots(Count)];
    }

    public int Count => starts.Length - 1;

    /// <param name="codes">The codes; of equal ones the first is found.</param>
    /// <param name="ignoreCase">Whether ASCII letters are equal to those of the other case; an equal spelling is preferred.</param>
    public static CodeTable Create(IReadOnlyCollection<string> codes, bool ignoreCase = false)
    {
        var ends = new int[codes.Count + 1];
        var n = 0;
        foreach (var code in codes)
        {
            ends[n + 1] = ends[n] + Encoding.UTF8.GetByteCount(code);
            n++;
        }
        var bytes = new byte[ends[n]];
        n = 0;
        foreach (var code in codes)
            Encoding.UTF8.GetBytes(code, bytes.AsSpan(ends[n++]));
        var table = new CodeTable(bytes, ends, ignoreCase);
        table.Index();
        return table;
    }

    public ReadOnlySpan<byte> this[int index] => text.AsSpan(starts[index], starts[index + 1] - starts[index]);

    public bool Contains(ReadOnlySpan<byte> code) => Find(code) >= 0;

    /// <summary>The place of a code among those the table was made of, or -1.</summary>
    public int Find(ReadOnlySpan<byte> code)
    {
        var mask = slots.Length - 1;
        var folded = -1;
        for (var slot = (int)(Hash(code) & (uint)mask); slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var index = slots[slot] - 1;
            var candidate = this[index];
            if (candidate.SequenceEqual(code))
                return index;
            if (ignoreCase && folded < 0 && Ascii.EqualsIgnoreCase(candidate, code))
                folded = index;
        }
        return folded;
    }

    private void Index()
    {
        var mask = slots.Length - 1;
        for (var i = 0; i < Count; i++)
        {
            var slot = (int)(Hash(this[i]) & (uint)mask);
            while (slots[slot] != 0)
                slot = (slot + 1) & mask;
            slots[slot] = i + 1;
        }
    }

    private uint Hash(ReadOnlySpan<byte> code)
    {
        if (!ignoreCase || code.Length > MaxFolded)
            return JsonText.Hash(code);
        Span<byte> folded = stackalloc byte[MaxFolded];
        for (var i = 0; i < code.Length; i++)
            folded[i] = code[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(code[i] | 0x20) : code[i];
        return JsonText.Hash(folded[..code.Length]);
    }

    private static int Slots(int count) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(count + count / 2 + 1));
}
