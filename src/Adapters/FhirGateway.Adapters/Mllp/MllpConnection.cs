using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FhirGateway.Hl7v2;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Adapters.Mllp;

/// <summary>One connection: reads a frame, has it handled, writes the reply, and only then looks for the next.</summary>
internal sealed partial class MllpConnection : IDisposable
{
    private const int MostReplyKept = 4096;
    private readonly Socket socket;
    private readonly MllpOptions options;
    private readonly MllpHandler handler;
    private readonly MllpTally tally;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly MllpSecurity? security;
    private readonly NetworkStream plain;
    private readonly long begun;
    private Stream stream;
    private PipeReader? reader;
    private MllpFramer framer;
    private byte[] reply = new byte[512];
    private long partials;
    private long lastByte;
    private long frameStart;
    private int state;
    private volatile bool draining;

    public MllpConnection(
        Socket socket, MllpPeer peer, MllpOptions options, MllpHandler handler, MllpTally tally, TimeProvider clock, ILogger logger, MllpSecurity? security = null)
    {
        (this.socket, Peer, this.options, this.handler, this.tally, this.clock, this.logger) = (socket, peer, options, handler, tally, clock, logger);
        this.security = security;
        framer = new MllpFramer(options.MaxFrameBytes, options.MaxJunkBytes);
        stream = plain = new NetworkStream(socket, ownsSocket: false);
        begun = lastByte = clock.GetTimestamp();
        state = (int)(security is null ? Doing.Waiting : Doing.Handshaking);
    }

    private enum Doing
    {
        Waiting,
        Receiving,
        Handling,
        Replying,
        Handshaking,
    }

    public MllpPeer Peer { get; private set; }

    /// <summary>Nobody knows yet who it is.</summary>
    public bool IsHandshaking => (Doing)Volatile.Read(ref state) == Doing.Handshaking;

    /// <summary>Serves until the peer leaves, breaks a rule, or the connection is drained.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (security is not null && !await SecureAsync(security, cancellationToken))
                return;
            var opened = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 8192, minimumReadSize: 2048, leaveOpen: true));
            Volatile.Write(ref reader, opened);
            while (!draining && await ReadFrameAsync(opened, cancellationToken))
            {
            }

            await CloseAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            // The peer went away or was given up; it keeps what was not answered.
        }
        if (framer.IsOpen)
            Interlocked.Increment(ref tally.PartialsDropped);
        if (reader is not null)
            await reader.CompleteAsync();
    }

    /// <summary>Finishes the message in hand and then ends; buffered messages stay unanswered.</summary>
    public void Drain()
    {
        draining = true;
        if (Volatile.Read(ref reader) is { } opened)
            opened.CancelPendingRead();
        else if (IsHandshaking)
            Abort();
    }

    /// <summary>Called about once a second: closes a connection that is over its time.</summary>
    public void CheckTime()
    {
        var now = clock.GetTimestamp();
        var silent = clock.GetElapsedTime(Interlocked.Read(ref lastByte), now);
        var overdue = (Doing)Volatile.Read(ref state) switch
        {
            Doing.Waiting => silent > options.ConnectionIdleTimeout,
            Doing.Receiving => silent > options.IdleTimeout || clock.GetElapsedTime(Interlocked.Read(ref frameStart), now) > options.FrameTimeout,
            Doing.Replying => silent > options.WriteTimeout,
            Doing.Handshaking => clock.GetElapsedTime(begun, now) > options.HandshakeTimeout,
            _ => false,
        };
        if (!overdue)
        {
            CheckSender();
            return;
        }

        if (IsHandshaking)
            security?.Refuse("handshake-timeout");
        Interlocked.Increment(ref tally.TimedOut);
        Log.TimedOut(logger, Peer.Connection);
        Abort();
    }

    public void Abort()
    {
        try
        {
            socket.Close(timeout: 0);
        }
        catch (ObjectDisposedException)
        {
            // It ended at the same moment.
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        plain.Dispose();
        socket.Dispose();
    }

    /// <summary>The handshake. False where the connection is not to be served.</summary>
    private async Task<bool> SecureAsync(MllpSecurity guard, CancellationToken cancellationToken)
    {
        if (await guard.AuthenticateAsync(socket, plain, cancellationToken) is not { } secure)
        {
            Interlocked.Increment(ref tally.Unauthenticated);
            return false;
        }

        stream = secure;
        Peer = Peer with { Sender = guard.Sender };
        Touch();
        Enter(Doing.Waiting);
        return true;
    }

    /// <summary>Who is no longer known is not waited for; a message in hand is answered first.</summary>
    private void CheckSender()
    {
        if (security is null || (Doing)Volatile.Read(ref state) is not (Doing.Waiting or Doing.Receiving) || security.IsStillKnown())
            return;
        Interlocked.Increment(ref tally.Unauthenticated);
        Log.Refused(logger, Peer.Connection, "certificate no longer known");
        Abort();
    }

    /// <summary>Says goodbye as TLS wants it, so that the peer does not take the end for an attack.</summary>
    private async Task CloseAsync()
    {
        if (stream is not SslStream secure)
            return;
        Touch();
        Enter(Doing.Replying);
        await secure.ShutdownAsync();
    }

    /// <summary>One read, and all the frames it completed. False to end the connection.</summary>
    private async ValueTask<bool> ReadFrameAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var result = await reader.ReadAsync(cancellationToken);
        if (draining)
            return false;
        Touch();
        var buffer = result.Buffer;
        while (true)
        {
            var status = Next(ref buffer, trailerOverdue: result.IsCompleted, out var payload);
            switch (status)
            {
                case MllpFrameStatus.Complete:
                    if (!await HandleAsync(payload, cancellationToken) || draining)
                        return false;
                    continue;
                case MllpFrameStatus.AwaitingTrailer:
                    reader.AdvanceTo(buffer.Start, buffer.End);
                    return await AwaitTrailerAsync(reader, cancellationToken);
                case MllpFrameStatus.TooLarge:
                    return Refuse(ref tally.TooLarge, "frame too large");
                case MllpFrameStatus.Broken:
                    return Refuse(ref tally.Broken, "not MLLP");
                default:
                    reader.AdvanceTo(buffer.Start, buffer.End);
                    Enter(framer.IsOpen ? Doing.Receiving : Doing.Waiting);
                    return !result.IsCompleted;
            }
        }
    }

    /// <summary>Waits a moment for the CR; whatever comes, or nothing, settles the frame.</summary>
    private async ValueTask<bool> AwaitTrailerAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        using var patience = clock.CreateTimer(_ => reader.CancelPendingRead(), null, options.TrailerTimeout, Timeout.InfiniteTimeSpan);
        var more = await reader.ReadAsync(cancellationToken);
        if (draining)
            return false;
        if (!more.IsCanceled)
        {
            // Nothing is taken yet: the next read sees the same bytes and the new ones.
            reader.AdvanceTo(more.Buffer.Start);
            return true;
        }
        var buffer = more.Buffer;
        if (Next(ref buffer, trailerOverdue: true, out var payload) != MllpFrameStatus.Complete || !await HandleAsync(payload, cancellationToken))
            return false;
        reader.AdvanceTo(buffer.Start);
        Enter(Doing.Waiting);
        return !draining;
    }

    private MllpFrameStatus Next(ref ReadOnlySequence<byte> buffer, bool trailerOverdue, out ReadOnlySequence<byte> payload)
    {
        var status = framer.TryRead(ref buffer, trailerOverdue, out payload);
        if (framer.PartialsDropped > partials)
        {
            Interlocked.Add(ref tally.PartialsDropped, framer.PartialsDropped - partials);
            partials = framer.PartialsDropped;
        }
        return status;
    }

    private async ValueTask<bool> HandleAsync(ReadOnlySequence<byte> payload, CancellationToken cancellationToken)
    {
        Enter(Doing.Handling);
        if (security is not null && !security.IsStillKnown())
            return Refuse(ref tally.Unauthenticated, "certificate no longer known");
        Interlocked.Increment(ref tally.Frames);
        byte[]? rented = null;
        try
        {
            ReadOnlyMemory<byte> message;
            if (payload.IsSingleSegment)
            {
                message = payload.First;
            }
            else
            {
                rented = ArrayPool<byte>.Shared.Rent((int)payload.Length);
                payload.CopyTo(rented);
                message = rented.AsMemory(0, (int)payload.Length);
            }
            if (await CallAsync(message, cancellationToken) is not { } answer)
                return false;
            if (!answer.IsEmpty)
                await ReplyAsync(answer, cancellationToken);
            return true;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>The handler's answer; null if it failed. Its faults are its own: none of them may pass for a fault of the socket.</summary>
    private async ValueTask<MessageReply?> CallAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            return await handler(message, Peer, cancellationToken);
        }
        catch (Exception e)
        {
            Interlocked.Increment(ref tally.Failed);
            // The message of an exception may hold what the peer sent; its type does not.
            Log.HandlerFailed(logger, Peer.Connection, e.GetType().Name);
            return null;
        }
    }

    private async ValueTask ReplyAsync(MessageReply answer, CancellationToken cancellationToken)
    {
        var length = 0;
        length = Frame(answer.First, length);
        length = Frame(answer.Second, length);
        Touch();
        Enter(Doing.Replying);
        await stream.WriteAsync(reply.AsMemory(0, length), cancellationToken);
        // The answers to one large batch are not held for the life of the connection.
        if (reply.Length > MostReplyKept)
            reply = new byte[MostReplyKept];
        Touch();
    }

    /// <summary>Appends a payload, if there is one, to the reply as a frame of its own.</summary>
    private int Frame(ReadOnlyMemory<byte> payload, int at)
    {
        if (payload.IsEmpty)
            return at;
        var end = at + payload.Length + 3;
        if (reply.Length < end)
            Array.Resize(ref reply, end);
        reply[at] = MllpFramer.StartBlock;
        payload.Span.CopyTo(reply.AsSpan(at + 1));
        reply[end - 2] = MllpFramer.EndBlock;
        reply[end - 1] = MllpFramer.CarriageReturn;
        return end;
    }

    private bool Refuse(ref long count, string why)
    {
        Interlocked.Increment(ref count);
        Log.Refused(logger, Peer.Connection, why);
        return false;
    }

    private void Enter(Doing now)
    {
        if (now == Doing.Receiving && (Doing)Volatile.Read(ref state) != Doing.Receiving)
            Interlocked.Exchange(ref frameStart, clock.GetTimestamp());
        Volatile.Write(ref state, (int)now);
    }

    private void Touch() => Interlocked.Exchange(ref lastByte, clock.GetTimestamp());

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "MLLP connection {Connection} closed: too slow or silent")]
        public static partial void TimedOut(ILogger logger, long connection);

        [LoggerMessage(2, LogLevel.Warning, "MLLP connection {Connection} closed: {Reason}")]
        public static partial void Refused(ILogger logger, long connection, string reason);

        [LoggerMessage(3, LogLevel.Error, "MLLP connection {Connection} closed without an answer: the handler failed with {Fault}")]
        public static partial void HandlerFailed(ILogger logger, long connection, string fault);
    }
}
