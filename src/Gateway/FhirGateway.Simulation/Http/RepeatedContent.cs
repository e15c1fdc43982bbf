using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace FhirGateway.Simulation.Http;

/// <summary>
/// A file of any length that is made while it is served: one line again and again. Runs of <c>#</c> in it are the number of the
/// line, runs of <c>@</c> a second number that goes round and round, so that every line is another resource, of one of some
/// people, and any part of the file can be made alone.
/// </summary>
public sealed class RepeatedContent : BulkContent
{
    private const int LinesPerBlock = 128;
    private readonly byte[] line;
    private readonly ImmutableArray<(int At, int Length)> numbers;
    private readonly ImmutableArray<(int At, int Length)> turns;
    private readonly int firstRound;
    private readonly int rounds;

    /// <param name="template">The line without its end; with marks or without.</param>
    /// <param name="lines">Lines of the file.</param>
    /// <param name="firstRound">Smallest value of the second number.</param>
    /// <param name="rounds">How many values it takes.</param>
    public RepeatedContent(string template, long lines, int firstRound = 0, int rounds = 1)
    {
        line = Encoding.UTF8.GetBytes(template + "\n");
        numbers = Runs((byte)'#');
        turns = Runs((byte)'@');
        Lines = lines;
        this.firstRound = firstRound;
        this.rounds = rounds;
        EntityTag = string.Create(CultureInfo.InvariantCulture, $"\"repeated-{line.Length}-{lines}\"");
    }

    public long Lines { get; }
    public override long Length => Lines * line.Length;
    public override string EntityTag { get; }

    public override async Task WriteAsync(Stream destination, long offset, long count, CancellationToken cancellationToken)
    {
        var block = new byte[LinesPerBlock * line.Length];
        for (var i = 0; i < LinesPerBlock; i++)
            line.CopyTo(block, i * line.Length);
        while (count > 0)
        {
            var first = offset / line.Length;
            for (var i = 0; i < LinesPerBlock; i++)
            {
                Write(block, i, numbers, first + i);
                Write(block, i, turns, firstRound + (first + i) % rounds);
            }

            var skip = (int)(offset - first * line.Length);
            var length = (int)Math.Min(block.Length - skip, count);
            await destination.WriteAsync(block.AsMemory(skip, length), cancellationToken);
            offset += length;
            count -= length;
        }
    }

    private void Write(byte[] block, int index, ImmutableArray<(int At, int Length)> runs, long value)
    {
        foreach (var (at, length) in runs)
            if (!Utf8Formatter.TryFormat(value, block.AsSpan(index * line.Length + at, length), out _, new StandardFormat('D', (byte)length)))
                throw new InvalidOperationException("The number of a line has more digits than the template has marks");
    }

    private ImmutableArray<(int At, int Length)> Runs(byte mark)
    {
        var runs = ImmutableArray.CreateBuilder<(int, int)>();
        for (var at = 0; at < line.Length; at++)
        {
            var start = at;
            while (line[at] == mark)
                at++;
            if (at > start)
                runs.Add((start, at - start));
        }

        return runs.ToImmutable();
    }
}
