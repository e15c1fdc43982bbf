using System.Diagnostics;

namespace FhirGateway.IntegrationTests.Docs;

/// <summary>The repository, the program as built, and processes with a time limit.</summary>
internal static class BuiltGateway
{
    public static string Repository { get; } = FindRepository();

    /// <summary>Runs <c>./gateway</c> without building; the working directory is also where temporary folders go.</summary>
    public static Task<(int Exit, string Output, string Error)> RunAsync(string folder, TimeSpan most, params string[] args) =>
        RunAsync(Path.Combine(Repository, "gateway"), folder, most, new Dictionary<string, string?> { ["TMPDIR"] = folder }, args);

    public static async Task<(int Exit, string Output, string Error)> RunAsync(
        string program, string folder, TimeSpan most, IReadOnlyDictionary<string, string?> environment, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GATEWAY_NO_BUILD"] = "1";
        start.Environment.Remove("Gateway__DataDirectory");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(most);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', args)} did not end within {most}:\n{await error}\n{await output}", e);
        }

        return (process.ExitCode, await output, await error);
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FhirGateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no FhirGateway.sln above the tests");
    }
}
