using System.Diagnostics;
using System.Globalization;
using System.Net;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Simulation.Load;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Benchmarks;

internal static class MllpBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        var rate = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 0;
        var directory = Directory.CreateTempSubdirectory("fhir-gateway-bench-").FullName;
        var world = World.Create(new WorldOptions { People = 20_000, Today = DateOnly.FromDateTime(DateTime.UtcNow) });
        var floor = await new FloorProbe(TimeProvider.System).MeasureFileAsync(directory, TimeSpan.FromSeconds(3), default);
        var sqlite = SqliteFloor.Measure(directory, TimeSpan.FromSeconds(3));
        Console.WriteLine($"floor, 16 rows a commit: plain file {floor.RowsPerSecond:F0} rows/s, SQLite {sqlite:F0} rows/s");
        await using var engine = await BenchEngine.StartAsync(directory, world);
        await using var listener = new MllpListener((message, _, ct) => engine.MessageIntake.ReceiveAsync(message, ct));
        var endpoint = await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var load = new MllpLoad(world, new MllpLoadOptions { Gateway = endpoint, Duration = TimeSpan.FromSeconds(seconds), MessagesPerSecond = rate }, TimeProvider.System);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var result = await load.RunAsync(default);
        var drain = Stopwatch.StartNew();
        Console.WriteLine($"accepted {result.Accepted} refused {result.Refused} in {result.Elapsed.TotalSeconds:F1} s: {result.AcceptedPerSecond:F0}/s, p50 {result.Latency.P50.TotalMilliseconds:F1} p99 {result.Latency.P99.TotalMilliseconds:F1} max {result.Latency.Maximum.TotalMilliseconds:F1} ms; persons {result.Persons}; {result.AcceptedPerSecond / sqlite:P0} of the SQLite floor, {result.AcceptedPerSecond / floor.RowsPerSecond:P0} of the plain file");
        await engine.DrainAsync(default);
        Console.WriteLine($"drained {drain.Elapsed.TotalSeconds:F1} s after the last AA; cpu {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:F1} s; working set {Environment.WorkingSet >> 20} MiB");
        BenchEngine.Print(engine);
        return 0;
    }
}
