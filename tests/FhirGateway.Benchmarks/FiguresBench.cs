using System.Diagnostics;
using System.Globalization;
using FhirGateway.Simulation.Load;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Benchmarks;

/// <summary>
/// The figures of the product as its users would see them: the gateway in a process of its own, load and consumers in this one,
/// both on the same machine.
/// </summary>
internal static class FiguresBench
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    public static async Task<int> RunAsync(string[] args)
    {
        var what = args.Length > 0 ? args[0] : "all";
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 60;
        var megabytes = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1024;
        if (what is "all" or "ready")
            await ReadyAsync();
        if (what is "adt")
            await AdtBench.RunAsync(seconds);
        if (what is "one-connection")
            await AdtBench.RunOneConnectionAsync();
        if (what is "all" or "mllp")
            await MllpAsync(seconds, rate: 0);
        if (what is "all" or "latency")
            await MllpAsync(seconds, rate: 200);
        if (what is "all" or "import")
            await ImportAsync(megabytes, rate: 0);
        if (what is "all" or "mixed")
            await ImportAsync(megabytes, rate: 200);
        return 0;
    }

    private static async Task ReadyAsync()
    {
        var world = World.Create(new WorldOptions { People = 50, Today = Today() });
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            await using var gateway = await ServedGateway.StartAsync(world);
            times.Add(gateway.ReadyAfter.TotalSeconds);
        }

        Print($"ready on an empty data directory after {string.Join(", ", times.Select(t => t.ToString("F2", CultureInfo.InvariantCulture)))} s");
    }

    private static async Task MllpAsync(int seconds, double rate)
    {
        var world = World.Create(new WorldOptions { People = 20_000, Today = Today() });
        await using var gateway = await ServedGateway.StartAsync(world);
        if (rate == 0)
            await FloorAsync(gateway.Directory);
        await using var consumers = await Consumers.StartAsync(gateway);
        var result = await consumers.LoadAsync(gateway, world, TimeSpan.FromSeconds(seconds), rate);
        Print($"MLLP {(rate == 0 ? "as fast as answered" : rate + "/s")}, 16 connections, {seconds} s: {result.Accepted} AA, {result.Refused} other, {result.AcceptedPerSecond:F0}/s; "
            + $"answer p50 {Ms(result.Latency.P50)}, p99 {Ms(result.Latency.P99)}, max {Ms(result.Latency.Maximum)}; {result.Persons} persons, {result.Visits} visits");
        var lag = await consumers.SettleAsync();
        Print($"  last event at a consumer {lag.TotalSeconds:F1} s after the last AA; AA to stream {consumers.Latency()}; gateway peak resident {gateway.PeakResident()} MiB");
    }

    private static async Task ImportAsync(int megabytes, double rate)
    {
        var world = World.Create(WorldOptions.ForBulkBytes(Today(), (long)megabytes << 20));
        await using var gateway = await ServedGateway.StartAsync(world);
        await using var consumers = await Consumers.StartAsync(gateway);
        var path = Path.Combine(gateway.Directory, "bulk.ndjson");
        BulkCount count;
        await using (var file = File.Create(path))
            count = await BulkFile.WriteAsync(new PayerScript(world, Cast.PayerA), file, BulkSections.All, default);
        var watch = Stopwatch.StartNew();
        var import = gateway.RunAsync("import", path, "--source", Cast.PayerA);
        if (rate > 0)
        {
            using var stop = new CancellationTokenSource();
            var total = 0L;
            while (!import.IsCompleted)
            {
                var result = await consumers.LoadAsync(gateway, world, TimeSpan.FromSeconds(30), rate);
                total += result.Accepted;
                Print($"  beside the import, 30 s: {result.AcceptedPerSecond:F0} AA/s, answer p50 {Ms(result.Latency.P50)}, p99 {Ms(result.Latency.P99)}, max {Ms(result.Latency.Maximum)}");
            }

            Print($"  {total} AA; AA to stream {consumers.Latency()}");
        }

        await import;
        var seconds = watch.Elapsed.TotalSeconds;
        await consumers.SettleAsync();
        Print($"import of {count.Bytes >> 20} MiB, {count.Resources} resources into the streams: {seconds:F1} s, {count.Resources / seconds:F0}/s, {count.Bytes / seconds / 1e6:F1} MB/s; "
            + $"gateway peak resident {gateway.PeakResident()} MiB; {consumers.Received} events read");
    }

    private static async Task FloorAsync(string directory)
    {
        var file = await new FloorProbe(Clock).MeasureFileAsync(directory, TimeSpan.FromSeconds(3), default);
        var sqlite = SqliteFloor.Measure(directory, TimeSpan.FromSeconds(3));
        Print($"floor, 16 rows of 1.4 kB a synced group: plain file {file.RowsPerSecond:F0} rows/s, SQLite (WAL, FULL) {sqlite:F0} rows/s");
    }

    private static DateOnly Today() => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    internal static string Ms(TimeSpan time) => $"{time.TotalMilliseconds:F1} ms";

    private static void Print(string line) => Console.WriteLine(line);
}
