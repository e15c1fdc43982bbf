using System.Diagnostics;
using System.Globalization;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>A mount namespace of its own, held open by a sleeping process, in which a disk can be small or read-only without the machine's owner.</summary>
internal sealed class MountNamespace : IAsyncDisposable
{
    private readonly Process holder;

    private MountNamespace(Process holder) => this.holder = holder;

    /// <summary>What enters it and then becomes the command that follows.</summary>
    public IReadOnlyList<string> Enter =>
        ["nsenter", "-t", holder.Id.ToString(CultureInfo.InvariantCulture), "-U", "-m", "-w", "--preserve-credentials", "--"];

    /// <summary>A path in it as seen from outside.</summary>
    public string Outside(string path) => $"/proc/{holder.Id}/root{path}";

    /// <summary>Makes one by the shell commands, in which $1 is the path; skips the test where the system does not allow it.</summary>
    public static async Task<MountNamespace> CreateAsync(string folder, string path, string commands)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/unshare") && File.Exists("/usr/bin/nsenter"), "unshare and nsenter are absent");
        var start = new ProcessStartInfo("unshare") { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in new[] { "-rm", "sh", "-c", commands + " && echo made && exec sleep 600", "sh", path })
            start.ArgumentList.Add(word);
        var sleeper = Process.Start(start)!;
        if (await sleeper.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) == "made")
            return new MountNamespace(sleeper);
        var why = await sleeper.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        sleeper.Dispose();
        Assert.Skip("no mount namespace can be made: " + why);
        throw new UnreachableException();
    }

    public async ValueTask DisposeAsync()
    {
        holder.Kill();
        await holder.WaitForExitAsync();
        holder.Dispose();
    }
}
