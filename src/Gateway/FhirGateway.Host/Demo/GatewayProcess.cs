using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace FhirGateway.Host.Demo;

/// <summary>A gateway of its own process on ports that the system chooses, over one data directory.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(25);
    private readonly Process process;
    private readonly List<string> messages = [];

    private GatewayProcess(Process process) => this.process = process;

    public Uri Http { get; private set; } = new("http://127.0.0.1/");
    public int ProcessId => process.Id;
    public IPEndPoint Mllp { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>Starts <c>serve</c> and waits until it says that it is ready; throws <see cref="IOException"/> with what it said if it is not.</summary>
    public static async Task<GatewayProcess> StartAsync(string binary, string dataDirectory, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(binary)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList = { "serve", "--data", dataDirectory, "--http", "127.0.0.1:0", "--mllp", "127.0.0.1:0" },
        };
        // As ./gateway serve does.
        start.Environment["DOTNET_TC_QuickJit"] = "0";
        start.Environment["DOTNET_GCgen0size"] = "4000000";
        var gateway = new GatewayProcess(Process.Start(start) ?? throw new IOException("the gateway could not be started"));
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.process.OutputDataReceived += (_, _) => { };
        gateway.process.ErrorDataReceived += (_, line) => gateway.Read(line.Data, ready);
        gateway.process.EnableRaisingEvents = true;
        gateway.process.Exited += (_, _) => ready.TrySetException(new IOException("the gateway stopped: " + gateway.Said()));
        gateway.process.BeginErrorReadLine();
        gateway.process.BeginOutputReadLine();
        try
        {
            await ready.Task.WaitAsync(ReadyWithin, cancellationToken);
            return gateway;
        }
        catch (TimeoutException e)
        {
            await gateway.DisposeAsync();
            throw new IOException("the gateway was not ready in time: " + gateway.Said(), e);
        }
    }

    /// <summary>Stops it as an operator would, by SIGTERM.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(StopWithin);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        process.Dispose();
    }

    private void Read(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lock (messages)
            messages.Add(line);
        if (ReadyLine().Match(line) is not { Success: true } match)
            return;
        Http = new Uri(match.Groups["http"].Value.TrimEnd('/') + "/");
        Mllp = IPEndPoint.Parse(match.Groups["mllp"].Value);
        ready.TrySetResult();
    }

    private string Said()
    {
        lock (messages)
            return string.Join(" | ", messages.TakeLast(5));
    }

    [GeneratedRegex(@"ready (?<http>http://\S+) mllp (?<mllp>\S+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ReadyLine();
}
