namespace FhirGateway.Host.Commands;

/// <summary>Where a command line runs: its working directory, its console, and the gateway if this process has it running.</summary>
internal sealed class Session
{
    /// <summary>The command line as given, to be handed on.</summary>
    public required string[] Args { get; init; }
    public required string WorkingDirectory { get; init; }
    public required TextWriter Output { get; init; }
    public required TextWriter Error { get; init; }

    /// <summary>Set where a serving process runs the verb for another one.</summary>
    public RunningGateway? Gateway { get; init; }
    public bool IsServed => Gateway is not null;

    /// <summary>Whether a person watches: then progress is shown and tables are drawn.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>Whether messages go to a terminal and data elsewhere: then progress does not mix with them.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>A path as its user means it.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, WorkingDirectory);

    /// <summary>Reads a whole file, or standard input for "-".</summary>
    /// <exception cref="VerbFault">It cannot be read or is larger than <paramref name="mostBytes"/>.</exception>
    public async Task<byte[]> ReadAsync(string path, long mostBytes, CancellationToken cancellationToken)
    {
        await using var content = Open(path);
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int n;
        while ((n = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (read.Length + n > mostBytes)
                throw new VerbFault($"{path}: larger than {mostBytes} bytes");
            read.Write(buffer, 0, n);
        }

        return read.ToArray();
    }

    /// <summary>Opens a file to read, or standard input for "-".</summary>
    /// <exception cref="VerbFault">It cannot be read.</exception>
    public Stream Open(string path)
    {
        if (path == "-")
            return Console.OpenStandardInput();
        try
        {
            return new FileStream(PathOf(path), new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerbFault(Directory.Exists(PathOf(path)) ? $"{path}: is a folder, a file is needed" : $"{path}: {Reason(e)}");
        }
    }

    /// <summary>Why a path cannot be read, in few words.</summary>
    public static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "may not be read by this user",
        _ => e.Message,
    };
}
