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
    private readonly GatewayProcess process;

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

    public static async Task<ServedGateway> StartAsync(World world)
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

        return gateway;
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

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static string Binary => Path.Combine(AppContext.BaseDirectory, "fhir-gateway");
}
