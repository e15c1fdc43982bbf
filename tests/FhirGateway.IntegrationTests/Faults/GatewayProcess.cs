using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FhirGateway.Simulation.Access;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>
/// The built gateway as a child process over a temporary folder of its own, as an operator runs it. It may die and live again on
/// the same data directory and the same ports; what it ever wrote to its two outputs is kept.
/// </summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan MostVerb = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MostStart = TimeSpan.FromSeconds(60);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly StringBuilder log = new();
    private readonly Dictionary<string, AccessTokens> tokens = [];
    private Process? process;

    public GatewayProcess()
    {
        Folder = Directory.CreateTempSubdirectory("gateway-faults-").FullName;
        Data = Path.Combine(Folder, "data");
        (Http, Mllp) = (FreePort(), FreePort());
    }

    public string Folder { get; }
    public string Data { get; set; }
    public IPEndPoint Http { get; }
    public IPEndPoint Mllp { get; }
    public HttpClient Client => http;

    /// <summary>Everything the serving process wrote to standard output and standard error, over all its lives.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    public int Id => process!.Id;
    public bool IsRunning => process is { HasExited: false };

    /// <summary>Words before the gateway's own command line: a tracer, or a shell that prepares mounts and then becomes the gateway.</summary>
    public IReadOnlyList<string> Before { get; set; } = [];

    /// <summary>Words before every command line, verbs too: to enter a prepared mount namespace.</summary>
    public IReadOnlyList<string> Inside { get; set; } = [];

    /// <summary>Further settings for the serving process and every verb.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public static string Binary { get; } = Path.Combine(
        FindRepository(), "src/Gateway/FhirGateway.Host/bin",
        AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release", "net10.0/fhir-gateway.dll");

    public static string FindRepository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FhirGateway.sln")))
                return at.FullName;
        throw new DirectoryNotFoundException("FhirGateway.sln");
    }

    public Uri Url(string path) => new($"http://{Http}{path}");

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public string Write(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Runs a verb to its end; the data directory is this one's.</summary>
    public async Task<VerbOutcome> RunAsync(params string[] args)
    {
        using var verb = Process.Start(StartInfo([], args))!;
        verb.StandardInput.Close();
        var output = verb.StandardOutput.ReadToEndAsync();
        var error = verb.StandardError.ReadToEndAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(MostVerb);
        try
        {
            await verb.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            verb.Kill();
            throw new TimeoutException($"{string.Join(' ', args)} did not end", e);
        }

        return new VerbOutcome(string.Join(' ', args), verb.ExitCode, await output, await error);
    }

    /// <summary>Starts serving and waits until it is ready; how long that took.</summary>
    public async Task<TimeSpan> StartAsync()
    {
        var since = Stopwatch.GetTimestamp();
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process?.Dispose();
        process = new Process { StartInfo = StartInfo(Before, ["serve", "--http", Http.ToString(), "--mllp", Mllp.ToString()]) };
        process.ErrorDataReceived += (_, line) => Note(line.Data, ready);
        process.OutputDataReceived += (_, line) => Note(line.Data, ready);
        process.Start();
        process.StandardInput.Close();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var ended = process.WaitForExitAsync();
        await Task.WhenAny(ready.Task, ended, Task.Delay(MostStart, TestContext.Current.CancellationToken));
        if (!ready.Task.IsCompleted)
            throw new InvalidOperationException($"the gateway was not ready (exit {(process.HasExited ? process.ExitCode : null)}): {Log}");
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>SIGKILL: no chance to say or write anything.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, then waits for the end; the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan most)
    {
        await SignalAsync("-TERM");
        using var deadline = new CancellationTokenSource(most);
        await process!.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>A line of /proc/PID/status in bytes: VmRSS (now) or VmHWM (most ever).</summary>
    public long Memory(string name)
    {
        var line = File.ReadLines($"/proc/{Id}/status").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Makes credentials for a source, a participant or an operator.</summary>
    public async Task AddClientAsync(params string[] of)
    {
        var path = Path.Combine(Folder, "client-" + of[^1].TrimStart('-') + ".json");
        (await RunAsync(["client", "add", .. of, "--out", path])).Expect(0);
        tokens[of[^1].TrimStart('-')] = new AccessTokens(http, await ClientFile.LoadAsync(path, CancellationToken.None), TimeProvider.System);
    }

    public async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string owner, string path, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, Url(path));
        request.Headers.Authorization = new("Bearer", await tokens[owner].GetAsync(cancellationToken));
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        http.Dispose();
        foreach (var of in tokens.Values)
            of.Dispose();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private ProcessStartInfo StartInfo(IReadOnlyList<string> before, IReadOnlyList<string> args)
    {
        string[] words = [.. Inside, .. before, "dotnet", Binary, .. args];
        var start = new ProcessStartInfo(words[0])
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in words[1..])
            start.ArgumentList.Add(word);
        start.Environment["Gateway__DataDirectory"] = Data;
        start.Environment["Gateway__Http__Address"] = Http.ToString();
        foreach (var (name, value) in Settings)
            start.Environment[name] = value;
        return start;
    }

    private void Note(string? line, TaskCompletionSource<bool> ready)
    {
        if (line is null)
            return;
        lock (log)
            log.AppendLine(line);
        if (line.StartsWith("ready ", StringComparison.Ordinal))
            ready.TrySetResult(true);
    }

    public static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
