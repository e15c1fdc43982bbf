using System.Buffers.Text;
using System.Net.Sockets;

namespace FhirGateway.Simulation.Http;

/// <summary>Writes a body with its framing, and spoils it as the fault says.</summary>
internal sealed class BodyStream(Socket socket, Stream inner, bool chunked, ServerFault? fault, TimeProvider time) : Stream
{
    private const int TicksPerSecond = 20;
    private long written;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var part = buffer;
            if (fault?.CutAt is { } cut && written + part.Length > cut)
                part = part[..(int)(cut - written)];
            if (fault?.BytesPerSecond is { } pace)
                part = part[..Math.Min(part.Length, Math.Max(1, pace / TicksPerSecond))];
            if (part.Length > 0)
                await FrameAsync(part, cancellationToken);
            written += part.Length;
            buffer = buffer[part.Length..];
            if (fault?.CutAt == written && (buffer.Length > 0 || part.Length == 0))
                End();
            if (fault?.BytesPerSecond is { } rate)
                await Task.Delay(TimeSpan.FromSeconds(Math.Max(1.0 / TicksPerSecond, part.Length / (double)rate)), time, cancellationToken);
        }
    }

    /// <summary>Ends the body as its framing demands, unless it was to be cut.</summary>
    internal async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (fault?.CutAt == written)
            End();
        if (chunked)
            await inner.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    // GZipStream disposed synchronously would land here; it never is.
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task FrameAsync(ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        if (!chunked)
        {
            await inner.WriteAsync(part, cancellationToken);
            return;
        }

        var head = new byte[10];
        Utf8Formatter.TryFormat(part.Length, head, out var digits, 'x');
        "\r\n"u8.CopyTo(head.AsSpan(digits));
        await inner.WriteAsync(head.AsMemory(0, digits + 2), cancellationToken);
        await inner.WriteAsync(part, cancellationToken);
        await inner.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
    }

    private void End()
    {
        if (fault!.IsReset)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        else
            socket.Shutdown(SocketShutdown.Send);
        throw new ConnectionCutException();
    }
}
