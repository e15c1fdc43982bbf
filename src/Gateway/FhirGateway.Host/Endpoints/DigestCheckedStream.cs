using System.Security.Cryptography;

namespace FhirGateway.Host.Endpoints;

/// <summary>Reads a body to its end and throws <see cref="DigestMismatchException"/> there if it is another one than promised.</summary>
internal sealed class DigestCheckedStream(Stream body, ContentDigests promised) : Stream
{
    private readonly IncrementalHash? hash = promised is (null, null) ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var n = await body.ReadAsync(buffer, cancellationToken);
        if (n > 0 || buffer.IsEmpty)
            hash?.AppendData(buffer.Span[..n]);
        else if (hash is not null && !IsPromised(Convert.ToHexStringLower(hash.GetCurrentHash())))
            throw new DigestMismatchException();
        return n;
    }

    // One request brings the whole: both digests are over the same bytes.
    private bool IsPromised(string sha256) => (promised.Content ?? sha256) == sha256 && (promised.Whole ?? sha256) == sha256;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("asynchronously only");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            hash?.Dispose();
        base.Dispose(disposing);
    }
}
