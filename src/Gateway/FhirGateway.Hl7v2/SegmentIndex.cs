using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FhirGateway.Hl7v2;

/// <summary>Finds the borders of all segments and fields of a message in one pass.</summary>
internal ref struct SegmentIndex(string text, char separator)
{
    private int fieldCount;
    private int segmentStart;
    private int firstField;

    public SegmentRange[] Segments { get; private set; } = new SegmentRange[16];

    public int[] FieldStarts { get; private set; } = new int[256];

    public int SegmentCount { get; private set; }

    public readonly bool IsNamed(int index, string name)
    {
        var segment = Segments[index];
        return segment.End - segment.Start > 3 && text[segment.Start + 3] == separator && text.AsSpan(segment.Start, 3).SequenceEqual(name);
    }

    /// <summary>Separators lie a handful of characters apart, so a whole vector is compared at a time and its hits are taken from the mask.</summary>
    public void Build()
    {
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text.AsSpan()));
            var (fields, cr, lf) = (Vector256.Create((ushort)separator), Vector256.Create((ushort)'\r'), Vector256.Create((ushort)'\n'));
            for (; at <= text.Length - Vector256<ushort>.Count; at += Vector256<ushort>.Count)
            {
                var some = Vector256.LoadUnsafe(ref first, (nuint)at);
                var hits = (Vector256.Equals(some, fields) | Vector256.Equals(some, cr) | Vector256.Equals(some, lf)).ExtractMostSignificantBits();
                for (; hits != 0; hits &= hits - 1)
                    Take(at + BitOperations.TrailingZeroCount(hits));
            }
        }

        for (; at < text.Length; at++)
        {
            if (text[at] == separator || text[at] is '\r' or '\n')
                Take(at);
        }

        EndSegment(text.Length);
    }

    private void Take(int at)
    {
        var c = text[at];
        if (c == separator)
            AddField(at + 1);
        else if (c == '\r' || BreaksAt(at))
            EndSegment(at);
    }

    private readonly bool BreaksAt(int lf)
    {
        var next = text.AsSpan(lf + 1);
        return next.Length == 0 || next[0] is '\r' or '\n' || text.AsSpan(segmentStart, lf - segmentStart).IsEmpty || (next.Length >= 3 && char.IsAsciiLetterUpper(next[0])
            && char.IsAsciiLetterOrDigit(next[1]) && char.IsAsciiLetterOrDigit(next[2]) && (next.Length == 3 || next[3] == separator));
    }

    private void AddField(int start)
    {
        if (fieldCount == FieldStarts.Length)
        {
            var bigger = new int[fieldCount * 2];
            FieldStarts.CopyTo(bigger, 0);
            FieldStarts = bigger;
        }
        FieldStarts[fieldCount++] = start;
    }

    private void EndSegment(int end)
    {
        if (end > segmentStart)
        {
            if (SegmentCount == Segments.Length)
            {
                var bigger = new SegmentRange[SegmentCount * 2];
                Segments.CopyTo(bigger, 0);
                Segments = bigger;
            }
            Segments[SegmentCount++] = new SegmentRange(segmentStart, end, firstField, fieldCount - firstField);
        }
        firstField = fieldCount;
        segmentStart = end + 1;
    }
}
