using System.Buffers;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Ndjson;

namespace FhirGateway.Processing;

/// <summary>Lines copied out of the reader's buffer, in one rented array.</summary>
internal sealed class LineBatch
{
    private readonly List<(long Number, int Start, int Length, string? Reason, string Detail)> lines = [];
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);

    public int Count => lines.Count;
    public int Bytes { get; private set; }
    public long LastLine => lines.Count == 0 ? 0 : lines[^1].Number;

    public (long Number, ReadOnlyMemory<byte> Bytes, string? Reason, string Detail) this[int index]
    {
        get
        {
            var (number, start, length, reason, detail) = lines[index];
            return (number, buffer.AsMemory(start, length), reason, detail);
        }
    }

    public void Add(NdjsonLine line)
    {
        if (line.IsOversized)
        {
            AddEnd(line.Number, ReasonCodes.LineTooLong, $"{line.Length} bytes at offset {line.Offset}");
            return;
        }

        if (Bytes + line.Bytes.Length > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, Bytes + line.Bytes.Length));
            buffer.AsSpan(0, Bytes).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        line.Bytes.CopyTo(buffer.AsMemory(Bytes));
        lines.Add((line.Number, Bytes, line.Bytes.Length, null, ""));
        Bytes += line.Bytes.Length;
    }

    public void AddEnd(long number, string reason, string detail) => lines.Add((number, 0, 0, reason, detail));

    public void Return()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
