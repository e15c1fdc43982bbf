using System.Net;
using System.Net.Sockets;

namespace FhirGateway.Simulation.Http;

/// <summary>
/// An HTTP/1.1 server on a free port of 127.0.0.1, made by hand so that it can break the protocol at any byte. It records what it
/// receives and asks its script what to do wrong.
/// </summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<HttpExchange, CancellationToken, Task> handler;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly HashSet<Socket> open = [];
    private readonly List<Task> serving = [];
    private readonly Task accepting;
    private int connections;

    private LoopbackServer(Func<HttpExchange, CancellationToken, Task> handler, RequestRecord requests, FaultScript faults, TimeProvider time)
    {
        this.handler = handler;
        this.time = time;
        Requests = requests;
        Faults = faults;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Its origin, with a slash at the end.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public RequestRecord Requests { get; }
    public FaultScript Faults { get; }

    /// <summary>Connections that it ever accepted.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static LoopbackServer Start(Func<HttpExchange, CancellationToken, Task> handler, TimeProvider time, RequestRecord? requests = null, FaultScript? faults = null) =>
        new(handler, requests ?? new RequestRecord(), faults ?? new FaultScript(), time);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        Task[] left;
        lock (gate)
        {
            foreach (var socket in open)
                socket.Dispose();
            left = [.. serving];
        }

        await Task.WhenAll(left);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref connections);
            lock (gate)
            {
                open.Add(socket);
                serving.RemoveAll(t => t.IsCompleted);
                serving.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var reader = new RequestReader(stream, Port, time);
        try
        {
            while (await reader.ReadAsync(stop.Token) is { } request)
            {
                Requests.Add(request);
                var exchange = new HttpExchange(socket, stream, request, Faults.Next(request), time);
                await exchange.AnswerByFaultAsync(stop.Token);
                if (!exchange.IsAnswered)
                    await handler(exchange, stop.Token);
                if (!exchange.IsAnswered)
                    await exchange.AnswerAsync(404, stop.Token);
                if (!exchange.IsKept)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went away, we are closing, or the connection was cut on purpose: each is what a peer of ours must stand.
        }
        catch (Exception e)
        {
            Requests.AddFailure(e.ToString());
        }
        finally
        {
            lock (gate)
                open.Remove(socket);
        }
    }
}
