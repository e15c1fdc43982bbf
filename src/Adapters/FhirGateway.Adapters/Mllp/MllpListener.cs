using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Adapters.Mllp;

/// <summary>
/// Accepts MLLP connections: without TLS on loopback only, with TLS from senders whose certificate is known. Each has one message in hand at a time and is answered in order; connections run side by side.
/// </summary>
public sealed partial class MllpListener : IAsyncDisposable
{
    private readonly MllpHandler handler;
    private readonly MllpOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly MllpTls? tls;
    private readonly MllpTally tally = new();
    private readonly ConcurrentDictionary<long, (MllpConnection Connection, Task Run)> connections = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource aborting = new();
    private Socket? socket;
    private Task accepting = Task.CompletedTask;
    private ITimer? timer;
    private long lastConnection;

    public MllpListener(MllpHandler handler, MllpOptions? options = null, TimeProvider? clock = null, ILogger<MllpListener>? logger = null, MllpTls? tls = null)
    {
        this.tls = tls;
        this.handler = handler;
        this.options = options ?? new MllpOptions();
        this.clock = clock ?? TimeProvider.System;
        this.logger = logger ?? NullLogger<MllpListener>.Instance;
    }

    /// <summary>What it has seen so far.</summary>
    public MllpCounters Counters => tally.Read(connections.Count);

    /// <summary>Numbers of the connections that are open now, as <see cref="MllpPeer.Connection"/> has them.</summary>
    public IReadOnlyCollection<long> Open => [.. connections.Keys];

    /// <summary>Binds and starts to accept.</summary>
    /// <param name="endpoint">Address and port; port 0 for a free one.</param>
    /// <returns>The bound end point.</returns>
    /// <exception cref="ArgumentException">The address is not loopback: without TLS, messages do not leave the machine.</exception>
    /// <exception cref="SocketException">The end point is in use.</exception>
    public Task<IPEndPoint> StartAsync(IPEndPoint endpoint)
    {
        if (tls is null && !IPAddress.IsLoopback(endpoint.Address))
            throw new ArgumentException("MLLP without TLS listens on loopback addresses only.", nameof(endpoint));
        if (socket is not null)
            throw new InvalidOperationException("The listener has been started.");
        socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endpoint);
        socket.Listen(512);
        timer = clock.CreateTimer(_ => CheckTimes(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        accepting = AcceptAsync(socket);
        return Task.FromResult((IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>Stops accepting, lets messages in hand finish and be answered, then closes what is left.</summary>
    public async Task StopAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        DrainAll();
        await stopping.CancelAsync();
        socket?.Dispose();
        await accepting;
        // Once more, for what was accepted meanwhile.
        DrainAll();
        var runs = Task.WhenAll(connections.Values.Select(entry => entry.Run));
        if (await Task.WhenAny(runs, Task.Delay(options.DrainTimeout, clock)) != runs)
        {
            await aborting.CancelAsync();
            foreach (var (_, entry) in connections)
                entry.Connection.Abort();
            await runs;
        }
        if (timer is not null)
            await timer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
        aborting.Dispose();
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket peer;
            try
            {
                peer = await listening.AcceptAsync(stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (stopping.IsCancellationRequested)
                    return;
                // Out of descriptors, or a peer that left before it was taken: neither may end the listener.
                Log.AcceptFailed(logger, e.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, CancellationToken.None);
                continue;
            }
            Take(peer);
        }
    }

    private void Take(Socket peer)
    {
        if (peer.RemoteEndPoint is not IPEndPoint address || !HasRoom(address.Address))
        {
            Interlocked.Increment(ref tally.Refused);
            peer.Close(timeout: 0);
            return;
        }
        peer.NoDelay = true;
        Interlocked.Increment(ref tally.Accepted);
        var number = ++lastConnection;
        var connection = new MllpConnection(peer, new MllpPeer(number, address), options, handler, tally, clock, logger, tls is null ? null : new MllpSecurity(tls));
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connections[number] = (connection, ServeAsync(connection, number, begin.Task));
        begin.SetResult();
    }

    /// <summary>Starts only when the connection is listed, so that it cannot end before.</summary>
    private async Task ServeAsync(MllpConnection connection, long number, Task begin)
    {
        await begin;
        try
        {
            await connection.RunAsync(aborting.Token);
        }
        finally
        {
            connections.TryRemove(number, out _);
            connection.Dispose();
        }
    }

    private bool HasRoom(IPAddress address)
    {
        if (connections.Count >= options.MaxConnections)
            return false;
        var (same, strangers) = (0, 0);
        foreach (var (_, entry) in connections)
        {
            same += entry.Connection.Peer.Address.Address.Equals(address) ? 1 : 0;
            strangers += entry.Connection.IsHandshaking ? 1 : 0;
        }

        return same < options.MaxConnectionsPerPeer && strangers < options.MaxHandshakes;
    }

    private void DrainAll()
    {
        foreach (var (_, entry) in connections)
            entry.Connection.Drain();
    }

    private void CheckTimes()
    {
        foreach (var (_, entry) in connections)
            entry.Connection.CheckTime();
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Warning, "MLLP accept failed: {Error}")]
        public static partial void AcceptFailed(ILogger logger, SocketError error);
    }
}
