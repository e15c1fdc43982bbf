using System.Diagnostics;
using System.Text;

namespace FhirGateway.IntegrationTests.Commands;

/// <summary>A temporary folder in which the built gateway is run as a process, on the data directory "data" in it.</summary>
public sealed class GatewayFolder : IDisposable
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(120);

    public string Path { get; } = Directory.CreateTempSubdirectory("gateway-").FullName;

    public static string Repository { get; } = FindRepository();

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs a command line to its end, in this folder.</summary>
    public Task<CommandOutcome> RunAsync(params string[] args) => RunAsync(null, args);

    /// <summary>Runs with text as standard input.</summary>
    public async Task<CommandOutcome> RunAsync(string? input, string[] args)
    {
        using var process = Start(args);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(MostTime);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', args)} did not end: {await error}", e);
        }

        return new CommandOutcome(process.ExitCode, await output, await error);
    }

    public Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            WorkingDirectory = Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Binary());
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }

    /// <summary>The entries of a stream from its beginning.</summary>
    public async Task<IReadOnlyList<System.Text.Json.JsonElement>> StreamAsync(string participant, string stream) =>
        (await RunAsync("stream", participant, stream)).Expect(0).Lines;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Binary()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        return System.IO.Path.Combine(Repository, "src/Gateway/FhirGateway.Host/bin", configuration, "net10.0/fhir-gateway.dll");
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "FhirGateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no FhirGateway.sln above the tests");
    }
}
