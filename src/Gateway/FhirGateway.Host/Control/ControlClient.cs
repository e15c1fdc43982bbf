using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;

namespace FhirGateway.Host.Control;

/// <summary>Sends a verb to the process that owns the data directory and shows what it says.</summary>
public static class ControlClient
{
    private const int MostFrameBytes = 16 * 1024 * 1024;

    /// <summary>Runs the verb there.</summary>
    /// <returns>Its exit code; null where nobody listens: there is no socket, or it is left over from a process that is gone.</returns>
    /// <exception cref="IOException">The owner ended before the command did, or the socket belongs to another user.</exception>
    public static async Task<int?> RunAsync(
        string directory, string[] args, string workingDirectory, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(ControlSocket.PathOf(directory)), cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new IOException($"The gateway that owns {directory} runs as another user: run this command as that user", e);
        }
        catch (SocketException)
        {
            return null;
        }

        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var request = JsonSerializer.SerializeToUtf8Bytes(new ControlRequest(args, workingDirectory), ControlJson.Default.ControlRequest);
        await stream.WriteAsync(request, cancellationToken);
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
        return await ReadAnswerAsync(stream, output, error, cancellationToken);
    }

    private static async Task<int> ReadAnswerAsync(NetworkStream stream, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var head = new byte[5];
        while (true)
        {
            await ReadAsync(stream, head, cancellationToken);
            var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1));
            if (length is < 0 or > MostFrameBytes)
                throw new IOException("The gateway's answer on the control socket is broken");
            var content = new byte[length];
            await ReadAsync(stream, content, cancellationToken);
            switch ((ControlFrame)head[0])
            {
                case ControlFrame.Out:
                    await output.WriteAsync(System.Text.Encoding.UTF8.GetString(content));
                    break;
                case ControlFrame.Error:
                    await error.WriteAsync(System.Text.Encoding.UTF8.GetString(content));
                    break;
                case ControlFrame.Exit when length == 4:
                    await output.FlushAsync(cancellationToken);
                    await error.FlushAsync(cancellationToken);
                    return BinaryPrimitives.ReadInt32BigEndian(content);
                default:
                    throw new IOException("The gateway's answer on the control socket is broken");
            }
        }
    }

    private static async Task ReadAsync(NetworkStream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            await stream.ReadExactlyAsync(buffer, cancellationToken);
        }
        catch (EndOfStreamException e)
        {
            throw new IOException("The gateway ended before the command did: what it had committed is done, the rest is not", e);
        }
    }
}
