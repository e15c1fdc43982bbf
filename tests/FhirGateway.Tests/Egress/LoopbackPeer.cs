using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FhirGateway.Tests.Egress;

/// <summary>
/// An HTTP server at the level of bytes, so that it can misbehave in every way: its script writes the answer itself and says
/// whether the connection stays.
/// </summary>
internal sealed class LoopbackPeer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly Func<PeerRequest, Stream, Task<bool>> answer;
    private readonly X509Certificate2? certificate;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly Task accepting;
    private int connects;

    private LoopbackPeer(Func<PeerRequest, Stream, Task<bool>> answer, X509Certificate2? certificate, IPAddress address)
    {
        (this.answer, this.certificate) = (answer, certificate);
        listener = new TcpListener(address, 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
    public int Connects => Volatile.Read(ref connects);
    public ConcurrentQueue<PeerRequest> Requests { get; } = new();
    public string Origin => $"{(certificate is null ? "http" : "https")}://{(listener.LocalEndpoint as IPEndPoint)!.Address}:{Port}";

    public static LoopbackPeer Start(Func<PeerRequest, Stream, Task<bool>> answer, X509Certificate2? certificate = null, IPAddress? address = null) =>
        new(answer, certificate, address ?? IPAddress.Loopback);

    /// <summary>Counts connections and answers 200 to whoever gets through.</summary>
    public static LoopbackPeer Canary() => Start((_, s) => WriteAsync(s, "200 OK", "canary"));

    public Uri Url(string target) => new(Origin + target);

    /// <summary>A well-formed answer with its length.</summary>
    public static Task<bool> WriteAsync(Stream stream, string status, string body, params string[] headers) =>
        WriteAsync(stream, status, Encoding.UTF8.GetBytes(body), headers);

    public static async Task<bool> WriteAsync(Stream stream, string status, byte[] body, params string[] headers)
    {
        await HeadAsync(stream, status, [.. headers, $"Content-Length: {body.Length}"]);
        await stream.WriteAsync(body);
        return true;
    }

    public static async Task HeadAsync(Stream stream, string status, params string[] headers) =>
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n"));

    public static async Task ChunkAsync(Stream stream, ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"));
        await stream.WriteAsync(bytes);
        await stream.WriteAsync("\r\n"u8.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(connections);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException || stop.IsCancellationRequested)
        {
            // Stopped, also just before it was asked for the next connection.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref connects);
        using var owned = client;
        using var closing = stop.Token.Register(client.Close);
        try
        {
            await using var stream = await SecureAsync(client.GetStream());
            while (await ReadAsync(stream) is { } request)
            {
                Requests.Enqueue(request);
                if (!await answer(request, stream))
                    return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, which these clients are meant to do.
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (certificate is null)
            return stream;
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
        return tls;
    }

    /// <summary>Requests come one at a time: what is behind the head is its body.</summary>
    private static async Task<PeerRequest?> ReadAsync(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        int filled = 0, end;
        while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled));
            if (read == 0)
                return null;
            filled += read;
        }

        var lines = Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n");
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(l => (Name: l[..l.IndexOf(':')], Value: l[(l.IndexOf(':') + 1)..].Trim())).ToList();
        var length = headers.Where(h => h.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Select(h => int.Parse(h.Value)).FirstOrDefault();
        var body = new byte[length];
        var there = Math.Min(filled - end - 4, length);
        buffer.AsSpan(end + 4, there).CopyTo(body);
        await stream.ReadExactlyAsync(body.AsMemory(there));
        return new PeerRequest(first[0], first[1], headers, body);
    }
}
