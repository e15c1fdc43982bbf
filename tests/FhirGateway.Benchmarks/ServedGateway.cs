using System.Diagnostics;
using System.Globalization;
using System.Net;
using FhirGateway.Host.Demo;
using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Benchmarks;

/// <summary>A gateway in a process of its own, set up for a world by its own verbs.</summary>
internal sealed class ServedGateway : IAsyncDisposable
{
    private GatewayProcess process;

    private ServedGateway(GatewayProcess process, string directory, TimeSpan readyAfter)
    {
        this.process = process;
        Directory = directory;
        ReadyAfter = readyAfter;
    }

    public string Directory { get; }
    public TimeSpan ReadyAfter { get; }
    public IPEndPoint Mllp => process.Mllp;
    public int ProcessId => process.ProcessId;

    /// <param name="world">Whose organisations and rosters it gets.</param>
    /// <param name="journal">The journal of another gateway, set up for the same world, to begin with; null for none.</param>
    public static async Task<ServedGateway> StartAsync(World world, string? journal = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("fhir-gateway-bench-").FullName;
        var watch = Stopwatch.StartNew();
        var gateway = new ServedGateway(await GatewayProcess.StartAsync(Binary, directory, default), directory, watch.Elapsed);
        foreach (var payer in Cast.Payers)
            await gateway.RunAsync("source", "add", payer, "--kind", "payer");
        await gateway.RunAsync("source", "add", Cast.Hospital, "--kind", "hospital", "--facility", Cast.HospitalFacility);
        foreach (var participant in Cast.Participants)
            await gateway.RunAsync("participant", "add", participant);
        foreach (var payer in Cast.Payers)
        {
            var roster = Path.Combine(directory, payer + ".csv");
            await File.WriteAllBytesAsync(roster, PayerTables.Roster(world, payer));
            await gateway.RunAsync("roster", "load", roster, "--source", payer);
        }

        if (journal is not null)
            await gateway.WorkThroughAsync(journal);
        return gateway;
    }

    public async Task RestartAsync()
    {
        await process.DisposeAsync();
        process = await GatewayProcess.StartAsync(Binary, Directory, default);
    }

    /// <summary>Starts again over another gateway's journal, whose sources have the same numbers.</summary>
    private async Task WorkThroughAsync(string journal)
    {
        await process.DisposeAsync();
        var own = Path.Combine(Directory, "journal");
        System.IO.Directory.Delete(own, recursive: true);
        System.IO.Directory.CreateDirectory(own);
        foreach (var file in System.IO.Directory.EnumerateFiles(journal))
            File.Copy(file, Path.Combine(own, Path.GetFileName(file)));
        process = await GatewayProcess.StartAsync(Binary, Directory, default);
    }

    public async Task<ClientFile> ClientAsync(string participant)
    {
        var path = Path.Combine(Directory, participant + ".client.json");
        await RunAsync("client", "add", "--participant", participant, "--out", path);
        return await ClientFile.LoadAsync(path, default);
    }

    /// <summary>Runs a verb against this gateway; returns what it printed.</summary>
    public async Task<string> RunAsync(params string[] verb)
    {
        var start = new ProcessStartInfo(Binary) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in verb.Concat(["--data", Directory]))
            start.ArgumentList.Add(argument);
        using var run = Process.Start(start)!;
        var output = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        return run.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', verb)} ended with {run.ExitCode}");
    }

    /// <summary>The most memory that was ever resident, in MiB.</summary>
    public long PeakResident() => long.Parse(
        File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>Processor time that it has used.</summary>
    public TimeSpan ProcessorTime()
    {
        using var served = Process.GetProcessById(ProcessId);
        return served.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static string Binary => Path.Combine(AppContext.BaseDirectory, "fhir-gateway");
}
