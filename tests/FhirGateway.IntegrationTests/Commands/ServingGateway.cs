using System.Diagnostics;

namespace FhirGateway.IntegrationTests.Commands;

/// <summary>A gateway that serves the data directory of a folder, on free ports.</summary>
public sealed class ServingGateway : IAsyncDisposable
{
    private readonly Process process;

    private ServingGateway(Process process, string ready)
    {
        this.process = process;
        var words = ready.Split(' ');
        Http = words[1];
        Mllp = words[3];
    }

    public string Http { get; }
    public string Mllp { get; }

    public static async Task<ServingGateway> StartAsync(GatewayFolder folder)
    {
        var started = folder.Start("serve", "--http", "127.0.0.1:0", "--mllp", "127.0.0.1:0");
        var seen = "";
        while (await started.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
                return new ServingGateway(started, line);
            seen += line + "\n";
        }

        throw new InvalidOperationException("the gateway ended before it was ready: " + seen);
    }

    /// <summary>Sends SIGTERM and waits; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(25));
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        return ValueTask.CompletedTask;
    }
}
