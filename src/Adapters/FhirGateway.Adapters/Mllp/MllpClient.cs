using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using FhirGateway.Hl7v2;

namespace FhirGateway.Adapters.Mllp;

/// <summary>Sends messages one at a time and waits for each answer. Not safe for parallel use.</summary>
public sealed class MllpClient : IAsyncDisposable
{
    private const int MaxReplyBytes = 1024 * 1024;
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly PipeReader reader;
    private readonly TimeProvider clock;
    private MllpFramer framer = new(MaxReplyBytes, MaxReplyBytes);
    private bool isBroken;

    private MllpClient(Socket socket, TimeProvider clock)
    {
        this.socket = socket;
        this.clock = clock;
        stream = new NetworkStream(socket, ownsSocket: true);
        reader = PipeReader.Create(stream);
    }

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<MllpClient> ConnectAsync(string host, int port, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        var connecting = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await connecting.ConnectAsync(host, port, cancellationToken);
            return new MllpClient(connecting, clock ?? TimeProvider.System);
        }
        catch
        {
            connecting.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message and returns the payload of the answer.</summary>
    /// <param name="message">The message, without framing.</param>
    /// <param name="timeout">How long to wait for the answer.</param>
    /// <param name="cancellationToken">Gives up; the connection cannot be used again.</param>
    /// <exception cref="TimeoutException">No answer in time. The connection is closed: a late answer must not be taken for the next message's.</exception>
    /// <exception cref="IOException">The peer closed the connection without an answer, or what it sent is no answer to this message (MSA-2 is not MSH-10).</exception>
    public async Task<byte[]> SendAsync(ReadOnlyMemory<byte> message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (isBroken)
            throw new IOException("The connection was closed after an earlier failure.");
        isBroken = true;
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var frame = new byte[message.Length + 3];
            frame[0] = MllpFramer.StartBlock;
            message.Span.CopyTo(frame.AsSpan(1));
            frame[^2] = MllpFramer.EndBlock;
            frame[^1] = MllpFramer.CarriageReturn;
            await stream.WriteAsync(frame, either.Token);
            var answer = await ReceiveAsync(either.Token);
            if (!Answers(answer, message))
                throw new IOException("The answer's MSA-2 is not the message's MSH-10.");
            isBroken = false;
            return answer;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer within {timeout.TotalSeconds:0.#} s.", e);
        }
        finally
        {
            if (isBroken)
                socket.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reader.CompleteAsync();
        await stream.DisposeAsync();
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var status = framer.TryRead(ref buffer, trailerOverdue: result.IsCompleted, out var payload);
            if (status == MllpFrameStatus.Complete)
            {
                var answer = payload.ToArray();
                reader.AdvanceTo(buffer.Start);
                return answer;
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (status is MllpFrameStatus.TooLarge or MllpFrameStatus.Broken)
                throw new IOException("The peer does not answer in MLLP.");
            if (result.IsCompleted)
                throw new IOException("The peer closed the connection without an answer.");
        }
    }

    /// <summary>A batch is answered by a batch, so only single messages are compared.</summary>
    private static bool Answers(ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> message)
    {
        if (!Hl7Header.TryRead(message, out var sent))
            return true;
        return Hl7Message.TryParse(answer, out var reply, out _)
            && reply.First("MSA").Field(2).Raw.SequenceEqual(System.Text.Encoding.UTF8.GetString(sent.Field(10)));
    }
}
