using System.Buffers.Text;
using System.Globalization;

namespace FhirGateway.Simulation.Http;

/// <summary>
/// A file of any length that is made while it is served: one line again and again, with a number of ten digits in it that counts
/// the lines, so that every line is another resource and any part of the file can be made alone.
/// </summary>
public sealed class RepeatedContent : BulkContent
{
    public const int Digits = 10;
    private const int LinesPerBlock = 128;
    private readonly byte[] line;
    private readonly int numberAt;

    /// <param name="before">The line up to the number.</param>
    /// <param name="after">The line after the number, without its end.</param>
    /// <param name="lines">Lines of the file.</param>
    public RepeatedContent(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, long lines)
    {
        line = [.. before, .. "0000000000"u8, .. after, (byte)'\n'];
        numberAt = before.Length;
        Lines = lines;
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
                Number(block.AsSpan(i * line.Length + numberAt, Digits), first + i);
            var skip = (int)(offset - first * line.Length);
            var length = (int)Math.Min(block.Length - skip, count);
            await destination.WriteAsync(block.AsMemory(skip, length), cancellationToken);
            offset += length;
            count -= length;
        }
    }

    private static void Number(Span<byte> digits, long number)
    {
        if (!Utf8Formatter.TryFormat(number, digits, out _, new System.Buffers.StandardFormat('D', Digits)))
            throw new ArgumentOutOfRangeException(nameof(number), "more than ten digits");
    }
}
