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

    /// <summary>A connection for <see cref="Send"/>, whose calls wait in the kernel alone.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    public static MllpConnection Connect(EndPoint address)
    {
        var fresh = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            fresh.Connect(address);
            return new MllpConnection(fresh);
        }
        catch
        {
            fresh.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message and waits for its answer on the calling thread.</summary>
    /// <exception cref="IOException">The peer closed, or answered with what is no acknowledgement.</exception>
    /// <exception cref="SocketException">The connection failed, or was disposed of meanwhile.</exception>
    public MllpAnswer Send(ReadOnlySpan<byte> message)
    {
        for (var remaining = Frame(message).Span; remaining.Length > 0;)
            remaining = remaining[socket.Send(remaining)..];
        var filled = 0;
        while (true)
        {
            if (Take(socket.Receive(Room(filled).Span), ref filled) is { } taken)
                return taken;
        }
    }

    /// <summary>Sends one message and waits for its answer.</summary>
    /// <exception cref="IOException">The peer closed, or answered with what is no acknowledgement.</exception>
    /// <exception cref="SocketException">The connection failed.</exception>
    public async ValueTask<MllpAnswer> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var remaining = Frame(message.Span);
        while (remaining.Length > 0)
            remaining = remaining[await socket.SendAsync(remaining, cancellationToken)..];
        var filled = 0;
        while (true)
        {
            if (Take(await socket.ReceiveAsync(Room(filled), cancellationToken), ref filled) is { } taken)
                return taken;
        }
    }

    private Memory<byte> Frame(ReadOnlySpan<byte> message)
    {
        if (frame.Length < message.Length + 3)
            frame = new byte[message.Length + 1_024];
        frame[0] = StartOfBlock;
        message.CopyTo(frame.AsSpan(1));
        frame[message.Length + 1] = EndOfBlock;
        frame[message.Length + 2] = (byte)'\r';
        return frame.AsMemory(0, message.Length + 3);
    }

    private Memory<byte> Room(int filled) =>
        filled < answer.Length ? answer.AsMemory(filled) : throw new IOException($"The MLLP answer is longer than {MaximumAnswer} bytes");

    /// <summary>The answer, once the bytes just read end it.</summary>
    private MllpAnswer? Take(int read, ref int filled)
    {
        if (read == 0)
            throw new IOException("The receiver closed the connection before it answered");
        filled += read;
        return filled >= 2 && answer[filled - 2] == EndOfBlock && answer[filled - 1] == '\r' ? Parse(answer.AsSpan(0, filled - 2)) : null;
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
