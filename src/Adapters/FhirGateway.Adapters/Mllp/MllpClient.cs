using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using FhirGateway.Hl7v2;

namespace FhirGateway.Adapters.Mllp;

/// <summary>Sends messages one at a time and waits for the answers that each asks for. Not safe for parallel use.</summary>
public sealed class MllpClient : IAsyncDisposable
{
    private const int MaxReplyBytes = 1024 * 1024;

    /// <summary>How long an answer is waited for that comes only in certain cases.</summary>
    private static readonly TimeSpan MaybeTimeout = TimeSpan.FromSeconds(1);
    private readonly Socket socket;
    private readonly Stream stream;
    private readonly PipeReader reader;
    private readonly TimeProvider clock;
    private MllpFramer framer = new(MaxReplyBytes, MaxReplyBytes);
    private Task<ReadResult>? reading;
    private byte[]? previous;
    private bool isBroken;

    private MllpClient(Socket socket, Stream stream, TimeProvider clock)
    {
        (this.socket, this.stream, this.clock) = (socket, stream, clock);
        reader = PipeReader.Create(stream);
    }

    /// <param name="host">Name or address; with TLS the listener's certificate must be for it.</param>
    /// <param name="port">Its port.</param>
    /// <param name="clock">Null for the system's.</param>
    /// <param name="tls">Null for a plain connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="AuthenticationException">The listener's certificate is not trusted, or it refused ours during the handshake.</exception>
    public static async Task<MllpClient> ConnectAsync(
        string host, int port, TimeProvider? clock = null, MllpClientTls? tls = null, CancellationToken cancellationToken = default)
    {
        var connecting = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? opened = null;
        try
        {
            await connecting.ConnectAsync(host, port, cancellationToken);
            opened = new NetworkStream(connecting, ownsSocket: true);
            if (tls is not null)
            {
                var secure = new SslStream(opened, leaveInnerStreamOpen: false);
                opened = secure;
                await secure.AuthenticateAsClientAsync(tls.Options(host), cancellationToken);
            }

            return new MllpClient(connecting, opened, clock ?? TimeProvider.System);
        }
        catch
        {
            if (opened is not null)
                await opened.DisposeAsync();
            connecting.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message and returns the payload of the answer that says most: of two, the application's. Empty where none was asked for, or none came that need not.</summary>
    /// <param name="message">The message, without framing.</param>
    /// <param name="timeout">How long to wait for an answer.</param>
    /// <param name="cancellationToken">Gives up; the connection cannot be used again.</param>
    /// <exception cref="TimeoutException">No answer in time. The connection is closed: a late answer must not be taken for the next message's.</exception>
    /// <exception cref="IOException">The peer closed the connection without an answer, or what it sent is no answer to this message (MSA-2 is not MSH-10).</exception>
    public async Task<byte[]> SendAsync(ReadOnlyMemory<byte> message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (isBroken)
            throw new IOException("The connection was closed after an earlier failure.");
        isBroken = true;
        try
        {
            var frame = new byte[message.Length + 3];
            frame[0] = MllpFramer.StartBlock;
            message.Span.CopyTo(frame.AsSpan(1));
            frame[^2] = MllpFramer.EndBlock;
            frame[^1] = MllpFramer.CarriageReturn;
            await stream.WriteAsync(frame, cancellationToken).AsTask().WaitAsync(timeout, clock, cancellationToken);
            var answer = await AnswerAsync(message, MllpExpectation.Of(message), timeout, cancellationToken);
            isBroken = false;
            return answer;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"No answer within {timeout.TotalSeconds:0.#} s.", e);
        }
        finally
        {
            previous = Hl7Header.TryRead(message, out var sent) ? sent.Field(10).ToArray() : null;
            if (isBroken)
                socket.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Close();
        await stream.DisposeAsync();
        // Observed, so that it does not count as lost.
        if (reading is not null)
            await reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task<byte[]> AnswerAsync(ReadOnlyMemory<byte> message, MllpExpectation expected, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var first = await ReceiveAsync(message, expected.First, timeout, cancellationToken);
        if (first is null)
            return [];
        if (expected.AfterAccept == MllpExpectation.Likelihood.Never || !CodeOf(first).SequenceEqual("CA"u8))
            return first;
        return await ReceiveAsync(message, expected.AfterAccept, timeout, cancellationToken) ?? first;
    }

    /// <summary>The next answer to this message; null where none comes that need not.</summary>
    private async Task<byte[]?> ReceiveAsync(ReadOnlyMemory<byte> message, MllpExpectation.Likelihood likelihood, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (likelihood == MllpExpectation.Likelihood.Never)
            return null;
        var isSure = likelihood == MllpExpectation.Likelihood.Always;
        while (true)
        {
            byte[] answer;
            try
            {
                answer = await ReadAsync(isSure || timeout < MaybeTimeout ? timeout : MaybeTimeout, cancellationToken);
            }
            catch (TimeoutException) when (!isSure)
            {
                return null;
            }

            if (Answers(answer, message))
                return answer;
            // The answer to the message before that need not have come, and came late.
            if (previous is null || !IdOf(answer).SequenceEqual(previous))
                throw new IOException("The answer's MSA-2 is not the message's MSH-10.");
        }
    }

    private async Task<byte[]> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A read that is given up goes on: what it brings is the next one's.
            reading ??= reader.ReadAsync(CancellationToken.None).AsTask();
            var result = await reading.WaitAsync(timeout, clock, cancellationToken);
            reading = null;
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
    private static bool Answers(byte[] answer, ReadOnlyMemory<byte> message) =>
        !Hl7Header.TryRead(message, out var sent) || IdOf(answer).SequenceEqual(sent.Field(10));

    private static byte[] IdOf(byte[] answer) =>
        Hl7Message.TryParse(answer, out var reply, out _) ? reply.Charset.Encoding.GetBytes(reply.First("MSA").Field(2).Raw.ToArray()) : [];

    private static byte[] CodeOf(byte[] answer) =>
        Hl7Message.TryParse(answer, out var reply, out _) ? Encoding.ASCII.GetBytes(reply.First("MSA").Field(1).Text ?? "") : [];
}
