using System.Security.Cryptography;
using FhirGateway.Host.Control;

namespace FhirGateway.Host.Commands;

/// <summary>Sends a command line to the process that owns the data directory. What it would read from standard input goes along as a file.</summary>
internal static class ForwardedVerb
{
    /// <summary>Its exit code; null where nobody takes commands there (yet).</summary>
    public static async Task<int?> RunAsync(string directory, Session session, CancellationToken cancellationToken)
    {
        var args = session.Args;
        if (!args.Contains("-") || !File.Exists(Path.Combine(directory, "control.sock")))
            return await ControlClient.RunAsync(directory, args, session.WorkingDirectory, session.Output, session.Error, cancellationToken);
        var spool = Path.Combine(directory, "stdin-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var file = new FileStream(spool, options))
            await using (var input = Console.OpenStandardInput())
                await input.CopyToAsync(file, cancellationToken);
            string[] sent = [.. args.Select(a => a == "-" ? spool : a)];
            return await ControlClient.RunAsync(directory, sent, session.WorkingDirectory, session.Output, session.Error, cancellationToken)
                ?? throw new IOException("The gateway ended while it was sent the command: nothing was done; run it again");
        }
        finally
        {
            File.Delete(spool);
        }
    }
}
