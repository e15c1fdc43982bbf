using System.Buffers;

namespace FhirGateway.Fhir.Ndjson;

/// <summary>
/// Reads NDJSON, plain or gzip (found by its first bytes), line by line in bounded memory. Whatever the data are, it ends
/// with <see cref="End"/>; only faults of the stream itself are thrown. It does not own the stream.
/// </summary>
/// <example><code>
/// await using var reader = new NdjsonReader(stream);
/// while (await reader.ReadAsync(cancellationToken))
///     Use(reader.Line);
/// if (reader.End != NdjsonEnd.Complete) …
/// </code></example>
public sealed class NdjsonReader(Stream stream, NdjsonLimits? limits = null) : IAsyncDisposable
{
    private const int FirstBuffer = 256 * 1024;
    private const int LeastRoom = 4096;
    private readonly NdjsonLimits limits = limits ?? NdjsonLimits.Default;
    private readonly InflatingSource source = new(stream, limits ?? NdjsonLimits.Default);
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int start;
    private int filled;
    private int searched;
    private long bufferOffset;
    private long lines;
    private long skipped = -1;

    /// <summary>The line of the last read that returned true.</summary>
    public NdjsonLine Line { get; private set; }

    /// <summary><see cref="NdjsonEnd.None"/> until a read returned false.</summary>
    public NdjsonEnd End { get; private set; }

    /// <summary>The input began with a byte order mark, which was dropped.</summary>
    public bool HasByteOrderMark { get; private set; }

    /// <summary>Takes the next line that is not blank. False at the end; <see cref="End"/> says which.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (End == NdjsonEnd.None)
        {
            if (TryTakeLine())
                return true;
            MakeRoom();
            var read = await source.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            filled += read;
            if (read == 0)
                return TakeLast();
        }
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        End = End == NdjsonEnd.None ? NdjsonEnd.Complete : End;
        Line = default;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        await source.DisposeAsync().ConfigureAwait(false);
    }

    private bool TryTakeLine()
    {
        while (buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n') is >= 0 and var found)
        {
            var end = searched + found;
            var isLine = Take(end);
            start = searched = end + 1;
            if (isLine)
                return true;
        }
        searched = filled;
        return false;
    }

    /// <summary>Makes the line of start..end; false if it is blank.</summary>
    private bool Take(int end)
    {
        lines++;
        var offset = bufferOffset + start;
        if (skipped >= 0)
        {
            Line = new(lines, skipped, offset + (end - start) - skipped, default);
            skipped = -1;
            return true;
        }
        var line = buffer.AsMemory(start, end - start);
        if (line.Span.EndsWith("\r"u8))
            line = line[..^1];
        if (offset == 0 && line.Span.StartsWith("\uFEFF"u8))
        {
            HasByteOrderMark = true;
            line = line[3..];
            offset = 3;
        }
        if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            return false;
        Line = new(lines, offset, line.Length, line.Length > limits.MaxLineBytes ? default : line);
        return true;
    }

    private bool TakeLast()
    {
        End = source.End;
        // A line that was cut off with the input is no line: only a complete input may end without a line end.
        if (End != NdjsonEnd.Complete || (start == filled && skipped < 0) || !Take(filled))
            return false;
        start = searched = filled;
        End = NdjsonEnd.None;
        return true;
    }

    private void MakeRoom()
    {
        if (filled - start > limits.MaxLineBytes + 1 && skipped < 0)
            skipped = bufferOffset + start;
        if (skipped >= 0)
            start = filled;
        if (start > 0)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            bufferOffset += start;
            filled -= start;
            searched = filled;
            start = 0;
        }
        if (buffer.Length - filled >= LeastRoom)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
