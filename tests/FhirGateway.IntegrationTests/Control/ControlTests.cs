using System.Net.Sockets;
using System.Text;
using FhirGateway.Host.Control;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.IntegrationTests.Control;

public sealed class ControlTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("control-").FullName;

    [Fact]
    public async Task A_verb_runs_at_the_owner_and_its_output_comes_back()
    {
        await using var server = await StartAsync(async (args, cwd, output, error, _) =>
        {
            await output.WriteLineAsync(string.Join('|', args) + " in " + cwd);
            await error.WriteAsync("Grüße 🌍");
            for (var i = 0; i < 2000; i++)
                output.WriteLine("line " + i);
            return 7;
        });
        var (exit, output, error) = await RunAsync("source", "list");
        Assert.Equal(7, exit);
        Assert.Equal("Grüße 🌍", error);
        Assert.StartsWith("source|list in /here\n", output, StringComparison.Ordinal);
        Assert.EndsWith("line 1999\n", output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "control.sock")));
    }

    [Fact]
    public async Task A_socket_left_over_from_a_gone_process_is_nobody_and_is_taken_over()
    {
        Assert.Null((await RunAsync("x")).Exit);
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            stale.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory, "control.sock")));
        Assert.Null((await RunAsync("x")).Exit);
        await using var server = await StartAsync((_, _, _, _, _) => Task.FromResult(0));
        Assert.Equal(0, (await RunAsync("x")).Exit);
    }

    [Fact]
    public async Task A_command_that_fails_says_so_without_its_payload()
    {
        await using var server = await StartAsync((_, _, _, _, _) => throw new InvalidOperationException("SECRETCANARY"));
        var (exit, _, error) = await RunAsync("x");
        Assert.Equal(2, exit);
        Assert.Contains("InvalidOperationException", error, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_its_command()
    {
        var cancelled = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var server = await StartAsync(async (_, _, _, _, token) =>
        {
            started.SetResult();
            using var registration = token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        });
        using var leave = new CancellationTokenSource();
        var running = ControlClient.RunAsync(directory, ["x"], "/", TextWriter.Null, TextWriter.Null, leave.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("{}\n")]
    [InlineData("{\"args\":\"x\"}\n")]
    [InlineData("no json\n")]
    public async Task A_request_that_is_none_is_closed_and_the_next_is_served(string request)
    {
        await using var server = await StartAsync((_, _, _, _, _) => Task.FromResult(0));
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(directory, "control.sock")));
            await socket.SendAsync(Encoding.UTF8.GetBytes(request));
            Assert.Equal(0, await socket.ReceiveAsync(new byte[16]).WaitAsync(TimeSpan.FromSeconds(10)));
        }

        Assert.Equal(0, (await RunAsync("x")).Exit);
    }

    [Fact]
    public void A_directory_has_one_owner_at_a_time_and_says_who()
    {
        using (var first = OwnerLock.TryTake(directory))
        {
            Assert.NotNull(first);
            Assert.Null(OwnerLock.TryTake(directory));
            Assert.Equal(Environment.ProcessId, OwnerLock.HolderOf(directory));
        }

        using var second = OwnerLock.TryTake(directory);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_directory_that_is_missing_is_made_for_its_owner_only_and_one_that_cannot_be_is_named()
    {
        var missing = Path.Combine(directory, "new", "data");
        using (var made = OwnerLock.TryTake(missing))
            Assert.NotNull(made);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(missing));
        var file = Path.Combine(directory, "file");
        File.WriteAllText(file, "");
        var fault = Assert.Throws<IOException>(() => OwnerLock.TryTake(Path.Combine(file, "data")));
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private async Task<(int? Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exit = await ControlClient.RunAsync(directory, args, "/here", output, error, default).WaitAsync(TimeSpan.FromSeconds(20));
        return (exit, output.ToString(), error.ToString());
    }

    private async Task<Stopper> StartAsync(ControlCommand command)
    {
        var server = new ControlServer(directory, command, NullLogger<ControlServer>.Instance);
        await server.StartAsync(default);
        var path = Path.Combine(directory, "control.sock");
        var from = TimeProvider.System.GetTimestamp();
        while ((await RunningAsync(path)) is false && TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(10))
            await Task.Delay(10);
        return new Stopper(server);
    }

    private static async Task<bool> RunningAsync(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class Stopper(ControlServer server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await server.StopAsync(default);
            server.Dispose();
        }
    }
}
