namespace FhirGateway.Fhir.Ndjson;

/// <summary>A read-only stream that looks at its first two bytes and counts what was taken.</summary>
internal sealed class CountedStream(Stream inner) : Stream
{
    private readonly byte[] head = new byte[2];
    private int headLength;
    private int headTaken;

    public long Taken { get; private set; }
    public bool IsAtEnd { get; private set; }
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => Taken; set => throw new NotSupportedException(); }

    /// <summary>The magic bytes of RFC 1952 section 2.3.1.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    public async ValueTask<bool> StartsWithGzipAsync(CancellationToken cancellationToken)
    {
        headLength = await inner.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return IsGzip(head.AsSpan(0, headLength));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TakeHead(buffer.Span) is > 0 and var taken)
            return taken;
        return Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) =>
        TakeHead(buffer) is > 0 and var taken ? taken : Count(inner.Read(buffer), buffer.Length);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int TakeHead(Span<byte> buffer)
    {
        var n = Math.Min(headLength - headTaken, buffer.Length);
        head.AsSpan(headTaken, n).CopyTo(buffer);
        headTaken += n;
        Taken += n;
        return n;
    }

    private int Count(int read, int wanted)
    {
        IsAtEnd |= read == 0 && wanted > 0;
        Taken += read;
        return read;
    }
}
