using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Host.Control;

/// <summary>
/// Takes verbs over DIR/control.sock (owner only) while this process owns the data directory. The caller holds the
/// <see cref="OwnerLock"/>, so a socket file that is there already is left over from a process that is gone.
/// </summary>
public sealed partial class ControlServer(string directory, ControlCommand command, ILogger<ControlServer> log) : BackgroundService
{
    private const int MostRequestBytes = 1024 * 1024;
    private const int MostConnections = 16;
    private readonly SemaphoreSlim connections = new(MostConnections);
    private readonly string path = ControlSocket.PathOf(directory);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listener = Listen();
        var running = new HashSet<Task>();
        try
        {
            while (true)
            {
                await connections.WaitAsync(stoppingToken);
                var socket = await listener.AcceptAsync(stoppingToken);
                running.RemoveWhere(t => t.IsCompleted);
                running.Add(ServeAsync(socket, stoppingToken));
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
        finally
        {
            await Task.WhenAll(running);
            File.Delete(path);
        }
    }

    private Socket Listen()
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            // Connections wait for Listen, so nobody comes in before the mode is set.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(MostConnections);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken stoppingToken)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            if (await ReadRequestAsync(stream, stoppingToken) is { } request)
                await RunAsync(stream, request, stoppingToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client went away, or the gateway stops.
        }
        finally
        {
            connections.Release();
        }
    }

    private async Task RunAsync(NetworkStream stream, ControlRequest request, CancellationToken stoppingToken)
    {
        using var gate = new SemaphoreSlim(1);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await using var output = new ControlFrameWriter(stream, ControlFrame.Out, gate);
        await using var error = new ControlFrameWriter(stream, ControlFrame.Error, gate);
        var gone = CancelWhenGoneAsync(stream, cancel);
        int exit;
        try
        {
            exit = await command(request.Args, request.Cwd, output, error, cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await error.WriteLineAsync("Cancelled: the gateway stops.");
            exit = 1;
        }
        catch (Exception e)
        {
            Log.CommandFailed(log, request.Args.FirstOrDefault() ?? "", e.GetType().Name);
            await error.WriteLineAsync($"The gateway failed to run this command ({e.GetType().Name}): {(e is IOException ? e.Message : "see its log")}");
            exit = 2;
        }

        await output.FlushAsync();
        await error.FlushAsync();
        var code = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(code, exit);
        await stream.WriteAsync(ControlFrameWriter.Frame(ControlFrame.Exit, code), CancellationToken.None);
        await cancel.CancelAsync();
        await gone;
    }

    /// <summary>The client sends nothing more: the end of its stream means that it is gone.</summary>
    private static async Task CancelWhenGoneAsync(NetworkStream stream, CancellationTokenSource cancel)
    {
        try
        {
            var one = new byte[1];
            while (await stream.ReadAsync(one, cancel.Token) > 0)
            {
            }

            await cancel.CancelAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            await cancel.CancelAsync();
        }
    }

    private static async Task<ControlRequest?> ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= MostRequestBytes)
                    return null;
                Array.Resize(ref buffer, length * 2);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return null;
            var end = buffer.AsSpan(length, read).IndexOf((byte)'\n');
            length += read;
            if (end < 0)
                continue;
            try
            {
                return JsonSerializer.Deserialize(buffer.AsSpan(0, length - read + end), ControlJson.Default.ControlRequest);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public override void Dispose()
    {
        connections.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Command {Verb} over the control socket failed: {Fault}")]
        public static partial void CommandFailed(ILogger logger, string verb, string fault);
    }
}
