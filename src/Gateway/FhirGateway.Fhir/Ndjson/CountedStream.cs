namespace FhirGateway.Fhir.Ndjson;

/// <summary>A read-only stream that looks at its first two bytes, counts what was taken, and puts the sentinel behind gzip.</summary>
internal sealed class CountedStream(Stream inner) : Stream
{
    private readonly byte[] head = new byte[2];
    private int headLength;
    private int headTaken;
    private int tailTaken;
    private bool isGzip;

    public long Taken { get; private set; }
    public bool IsAtEnd => tailTaken > 0;
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
        return isGzip = IsGzip(head.AsSpan(0, headLength));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TakeHead(buffer.Span) is > 0 and var taken)
            return taken;
        return Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) =>
        TakeHead(buffer) is > 0 and var taken ? taken : Count(inner.Read(buffer), buffer);

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

    private int Count(int read, Span<byte> buffer)
    {
        Taken += read;
        return read > 0 || !isGzip ? read : TakeTail(buffer);
    }

    private int TakeTail(Span<byte> buffer)
    {
        var rest = GzipSentinel.Member.AsSpan(tailTaken);
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        tailTaken += rest.Length;
        return rest.Length;
    }
}
