using System.IO.Compression;
using System.Text;
using FhirGateway.Fhir.Ndjson;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Fhir;

public sealed class NdjsonReaderTests
{
    [Fact]
    public async Task Lines_come_with_number_and_offset_and_blank_ones_are_skipped()
    {
        var (lines, end) = await ReadAsync(new MemoryStream("{1}\r\n\n  \n{22}\n{3}"u8.ToArray()));
        Assert.Equal([(1L, 0L, "{1}"), (4L, 9L, "{22}"), (5L, 14L, "{3}")], lines);
        Assert.Equal(NdjsonEnd.Complete, end);
    }

    [Fact]
    public async Task A_byte_order_mark_at_the_start_is_dropped_and_reported()
    {
        await using var reader = new NdjsonReader(new MemoryStream("\uFEFF{1}\n"u8.ToArray()));
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("{1}", Encoding.UTF8.GetString(reader.Line.Bytes.Span));
        Assert.True(reader.HasByteOrderMark);
    }

    [Fact]
    public async Task Any_text_in_any_chunks_plain_or_gzip_gives_the_same_lines()
    {
        var lineGen = Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, 6000)).Select(n => new string('x', n));
        var gen = from lines in Gen.ListOf(lineGen)
                  from chunk in Gen.Choose(1, 5000)
                  from ends in Gen.Elements(true, false)
                  from zip in Gen.Elements(true, false)
                  select (Text: string.Join('\n', lines) + (ends ? "\n" : ""), Chunk: chunk, Zip: zip);
        foreach (var (text, chunk, zip) in gen.Sample(60, 30))
        {
            var expected = text.Split('\n').Select((l, i) => ((long)i + 1, l)).Where(l => l.l.Length > 0);
            var bytes = Encoding.UTF8.GetBytes(text);
            var (lines, end) = await ReadAsync(new ChunkedStream(zip ? Gzip(bytes) : bytes, chunk));
            Assert.Equal(NdjsonEnd.Complete, end);
            Assert.Equal(expected, lines.Select(l => (l.Number, l.Text)));
        }
    }

    [Fact]
    public async Task An_overlong_line_is_reported_with_its_offset_and_skipped()
    {
        var text = "{1}\n" + new string('x', 5_000_000) + "\n{3}\n" + new string('y', 3_000_000);
        await using var reader = new NdjsonReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), new NdjsonLimits { MaxLineBytes = 100_000 });
        var seen = new List<(long, long, long, bool)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            seen.Add((reader.Line.Number, reader.Line.Offset, reader.Line.Length, reader.Line.IsOversized));
        Assert.Equal([(1, 0, 3, false), (2, 4, 5_000_000, true), (3, 5_000_005, 3, false), (4, 5_000_009, 3_000_000, true)], seen);
    }

    [Fact]
    public async Task A_line_of_100_MB_takes_bounded_memory()
    {
        await using var reader = new NdjsonReader(new EndlessStream(100 << 20));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.True(reader.Line.IsOversized);
        Assert.Equal(100 << 20, reader.Line.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 80 << 20);
    }

    [Fact]
    public async Task A_gzip_bomb_ends_at_the_ratio()
    {
        var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var i = 0; i < 100; i++)
                gzip.Write(Encoding.UTF8.GetBytes(new string('\n', 1 << 20)));
        bomb.Position = 0;
        Assert.Equal(NdjsonEnd.RatioTooHigh, (await ReadAsync(bomb)).End);
    }

    [Fact]
    public async Task Too_many_bytes_and_nested_gzip_are_refused()
    {
        await using var reader = new NdjsonReader(new MemoryStream(new byte[1000]), new NdjsonLimits { MaxBytes = 999 });
        Assert.False(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(NdjsonEnd.TooLarge, reader.End);
        Assert.Equal(NdjsonEnd.NestedGzip, (await ReadAsync(new MemoryStream(Gzip(Gzip("{}"u8.ToArray()))))).End);
    }

    [Fact]
    public async Task Gzip_cut_off_anywhere_is_never_complete()
    {
        var random = new Random(7);
        var text = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{{\"id\":\"{random.Next()}\"}}\n"));
        var whole = Gzip(Encoding.UTF8.GetBytes(text));
        int[] cuts = [1, 2, 4, 7, 8, 9, 10, 11, 20, 100, whole.Length / 2, whole.Length - 3, whole.Length - 11];
        foreach (var cut in cuts)
        {
            var (lines, end) = await ReadAsync(new MemoryStream(whole[..^cut]));
            Assert.True(end is NdjsonEnd.Truncated or NdjsonEnd.Damaged, $"{cut} bytes cut: {end}");
            Assert.True(lines.Count <= 3000);
        }
    }

    [Fact]
    public async Task Damaged_gzip_and_garbage_behind_it_are_not_complete_but_a_second_member_is()
    {
        var whole = Gzip("{1}\n{2}\n"u8.ToArray());
        Assert.NotEqual(NdjsonEnd.Complete, (await ReadAsync(new MemoryStream([.. whole, .. "garbage"u8]))).End);
        var damaged = whole.ToArray();
        damaged[^6] ^= 1;
        Assert.NotEqual(NdjsonEnd.Complete, (await ReadAsync(new MemoryStream(damaged))).End);
        var (lines, end) = await ReadAsync(new MemoryStream([.. whole, .. Gzip("{3}\n"u8.ToArray())]));
        Assert.Equal((3, NdjsonEnd.Complete), (lines.Count, end));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x1F })]
    [InlineData(new byte[] { 10, 10 })]
    public async Task Little_or_nothing_is_complete(byte[] bytes) => Assert.Equal(NdjsonEnd.Complete, (await ReadAsync(new MemoryStream(bytes))).End);

    private static async Task<(List<(long Number, long Offset, string Text)> Lines, NdjsonEnd End)> ReadAsync(Stream stream)
    {
        await using var reader = new NdjsonReader(stream);
        var lines = new List<(long, long, string)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            lines.Add((reader.Line.Number, reader.Line.Offset, Encoding.UTF8.GetString(reader.Line.Bytes.Span)));
        return (lines, reader.End);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return stream.ToArray();
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(chunk, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }

    private sealed class EndlessStream(long length) : MemoryStream
    {
        private long left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var n = (int)Math.Min(left, buffer.Length);
            buffer.Span[..n].Fill((byte)'x');
            left -= n;
            return new(n);
        }
    }
}
