using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FhirGateway.Tests.Identity;

/// <summary>A client's web server on loopback that publishes a key set, or misbehaves.</summary>
internal sealed class KeySetServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task serving;
    private int requests;

    public KeySetServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public string Origin => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    public string Url => Origin + "/jwks.json";
    public int Requests => Volatile.Read(ref requests);

    public string Body { get; set; } = """{"keys":[]}""";
    public string Status { get; set; } = "200 OK";

    /// <summary>Further header lines, each with its end.</summary>
    public string Headers { get; set; } = "";

    /// <summary>Takes the request and never answers.</summary>
    public bool Hangs { get; set; }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(AnswerAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }

        await Task.WhenAll(open);
    }

    private async Task AnswerAsync(TcpClient peer)
    {
        using (peer)
        {
            try
            {
                await using var stream = peer.GetStream();
                var buffer = new byte[8192];
                var length = 0;
                while (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                {
                    var n = await stream.ReadAsync(buffer.AsMemory(length), stopping.Token);
                    if (n == 0)
                        return;
                    length += n;
                }

                Interlocked.Increment(ref requests);
                if (Hangs)
                    await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token);
                var bytes = Encoding.UTF8.GetBytes(Body);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {Status}\r\nContent-Type: application/jwk-set+json\r\n{Headers}Content-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"), stopping.Token);
                await stream.WriteAsync(bytes, stopping.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The caller went away, or the server stops.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await serving;
        stopping.Dispose();
    }
}
