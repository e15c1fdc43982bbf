using FhirGateway.Host.Commands;

namespace FhirGateway.Tests.Commands;

/// <summary>Runs command lines in this process, in a folder of their own.</summary>
internal sealed class VerbRig : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("gateway-verb-").FullName;

    public string Write(string name, string content)
    {
        File.WriteAllText(Path.Combine(Folder, name), content);
        return name;
    }

    public async Task<(int Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(args, Session(output, error, Folder), TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }

    public static Session Session(TextWriter output, TextWriter error, string folder) =>
        new() { Args = [], WorkingDirectory = folder, Output = output, Error = error };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
