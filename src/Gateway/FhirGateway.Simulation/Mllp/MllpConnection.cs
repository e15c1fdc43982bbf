using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FhirGateway.Simulation.Mllp;

/// <summary>One connection of a sender: a message out, its answer in, one in flight. Framing: 0x0B, payload, 0x1C 0x0D.</summary>
public sealed class MllpConnection : IDisposable
{
    private const byte StartOfBlock = 0x0B;
    private const byte EndOfBlock = 0x1C;
    private const int MaximumAnswer = 64 * 1024;
    private readonly Socket socket;
    private byte[] frame = new byte[4_096];
    private readonly byte[] answer = new byte[MaximumAnswer];

    private MllpConnection(Socket socket) => this.socket = socket;

    public static async Task<MllpConnection> ConnectAsync(EndPoint address, CancellationToken cancellationToken)
    {
        var fresh = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await fresh.ConnectAsync(address, cancellationToken);
            return new MllpConnection(fresh);
        }
        catch
        {
            fresh.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message and waits for its answer.</summary>
    /// <exception cref="IOException">The peer closed, or answered with what is no acknowledgement.</exception>
    /// <exception cref="SocketException">The connection failed.</exception>
    public async ValueTask<MllpAnswer> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (frame.Length < message.Length + 3)
            frame = new byte[message.Length + 1_024];
        frame[0] = StartOfBlock;
        message.Span.CopyTo(frame.AsSpan(1));
        frame[message.Length + 1] = EndOfBlock;
        frame[message.Length + 2] = (byte)'\r';
        var remaining = frame.AsMemory(0, message.Length + 3);
        while (remaining.Length > 0)
            remaining = remaining[await socket.SendAsync(remaining, cancellationToken)..];
        return await ReceiveAsync(cancellationToken);
    }

    private async ValueTask<MllpAnswer> ReceiveAsync(CancellationToken cancellationToken)
    {
        var filled = 0;
        while (true)
        {
            if (filled == answer.Length)
                throw new IOException($"The MLLP answer is longer than {MaximumAnswer} bytes");
            var read = await socket.ReceiveAsync(answer.AsMemory(filled), cancellationToken);
            if (read == 0)
                throw new IOException("The receiver closed the connection before it answered");
            filled += read;
            if (filled >= 2 && answer[filled - 2] == EndOfBlock && answer[filled - 1] == '\r')
                return Parse(answer.AsSpan(0, filled - 2));
        }
    }

    private static MllpAnswer Parse(ReadOnlySpan<byte> block)
    {
        var at = block.IndexOf("\rMSA"u8);
        if (block.Length == 0 || block[0] != StartOfBlock || at < 0 || block.Length < at + 6)
            throw new IOException("The receiver answered with something other than an acknowledgement");
        // The separator of the answer is whatever follows MSH; MSA is read with it.
        var separator = block[at + 4];
        var fields = block[(at + 5)..];
        var end = fields.IndexOf((byte)'\r');
        if (end >= 0)
            fields = fields[..end];
        var first = fields.IndexOf(separator);
        var code = first < 0 ? fields : fields[..first];
        var rest = first < 0 ? default : fields[(first + 1)..];
        var second = rest.IndexOf(separator);
        var known = code.SequenceEqual("AA"u8) ? "AA" : Encoding.UTF8.GetString(code);
        return new MllpAnswer(known, Encoding.UTF8.GetString(second < 0 ? rest : rest[..second]));
    }

    public void Dispose() => socket.Dispose();
}
