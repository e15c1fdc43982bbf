using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FhirGateway.Tests.Simulation;

/// <summary>A hand-made MLLP receiver on loopback: answers what <paramref name="answer"/> says, or closes where it says null.</summary>
internal sealed class LoopbackMllp : IAsyncDisposable
{
    private readonly Func<string, int, string?> answer;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int count;

    internal LoopbackMllp(Func<string, int, string?> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    internal IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>In the order of arrival.</summary>
    internal ConcurrentQueue<string> Received { get; } = [];

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        client.NoDelay = true;
        var stream = client.GetStream();
        var buffer = new byte[64 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled), stop.Token);
                if (read == 0)
                    return;
                filled += read;
                if (buffer[filled - 1] != '\r' || buffer[filled - 2] != 0x1C)
                    continue;
                Assert.Equal(0x0B, buffer[0]);
                var message = Encoding.UTF8.GetString(buffer, 1, filled - 3);
                filled = 0;
                Received.Enqueue(message);
                var controlId = message.Split('|')[9];
                if (answer(controlId, Interlocked.Increment(ref count)) is not { } code)
                    return;
                // In two parts, so that the reader has to put them together.
                await stream.WriteAsync(Encoding.UTF8.GetBytes("\vMSH|^~\\&|G|G|N|N|20261120||ACK|1|P|2.5.1\rMSA|"), stop.Token);
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"{code}|{controlId}\r\u001c\r"), stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }
}
