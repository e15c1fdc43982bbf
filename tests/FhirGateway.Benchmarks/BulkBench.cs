using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Payers.Servers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Benchmarks;

/// <summary>
/// A payer's export pulled by a gateway in a process of its own, through to the streams; beside it, in the same run, a client that
/// only downloads the same files and writes them to the disk. Then the same export again, one line in a hundred changed.
/// </summary>
internal static class BulkBench
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] args)
    {
        var megabytes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3200;
        var kind = args.Length > 1 ? args[1] : "all";
        var scratch = Directory.CreateTempSubdirectory("fhir-gateway-bench-");
        try
        {
            var world = World.Create(WorldOptions.ForBulkBytes(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), (long)megabytes << 20));
            var served = await BulkCorpus.WriteAsync(new PayerScript(world, Cast.PayerA), scratch.FullName, kind);
            await using var payer = PayerServer.Start(new PayerServerOptions { Gzip = false, TellsCounts = true }, new PayerHoldings(), TimeProvider.System);
            payer.FixedFiles = FolderFiles.Of(scratch.FullName, countsLines: true);
            Console.WriteLine($"{served.Resources} resources, {served.Bytes >> 20} MiB in {payer.FixedFiles.Length} files");
            var floor = await DownloadOnlyAsync(payer, scratch.FullName);
            Console.WriteLine($"download and write only: {floor:F1} s, {served.Resources / floor:F0}/s, {served.Bytes / floor / 1e6:F0} MB/s");
            await using var gateway = await ServedGateway.StartAsync(world);
            await gateway.RunAsync("source", "set", Cast.PayerA, "--fhir", payer.FhirUrl, "--allow", payer.Origin);
            var first = await ExportAsync(gateway, "first");
            Report("first export", served, first, floor, gateway);
            var changed = await BulkCorpus.ChangeAsync(scratch.FullName);
            payer.FixedFiles = FolderFiles.Of(scratch.FullName, countsLines: true);
            var again = await ExportAsync(gateway, "again");
            Report($"again, {changed} lines changed", served, again, floor, gateway);
            Console.WriteLine($"the repeated export is {first.Seconds / again.Seconds:F1} times as fast as the first; events after the first {first.Events}, after the second {again.Events}");
        }
        finally
        {
            scratch.Delete(recursive: true);
        }

        return 0;
    }

    private static async Task<double> DownloadOnlyAsync(PayerServer payer, string folder)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var urls = await BulkCorpus.FileUrlsAsync(http, payer);
        var watch = Stopwatch.StartNew();
        foreach (var url in urls)
        {
            var path = Path.Combine(folder, "copy");
            await using (var body = await http.GetStreamAsync(url))
            await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await body.CopyToAsync(file, 1 << 18);
                file.Flush(flushToDisk: true);
            }

            File.Delete(path);
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<Outcome> ExportAsync(ServedGateway gateway, string name)
    {
        var watch = Stopwatch.StartNew();
        var export = gateway.RunAsync("export", Cast.PayerA, "--full", "--wait");
        var samples = new List<(double Seconds, long Resources)>();
        while (await Task.WhenAny(export, Task.Delay(SampleEvery)) != export)
        {
            samples.Add((watch.Elapsed.TotalSeconds, await CountAsync(gateway, "resources")));
            Console.WriteLine($"  {name}: {samples[^1].Seconds:F0} s, {samples[^1].Resources} resources, peak resident {gateway.PeakResident()} MiB");
        }

        var receipt = await export;
        var seconds = watch.Elapsed.TotalSeconds;
        var total = await CountAsync(gateway, "resources");
        var before = samples.LastOrDefault(s => s.Resources < total * 0.9);
        var end = samples.FirstOrDefault(s => s.Resources == total, (Seconds: seconds, Resources: total));
        var late = end.Seconds > before.Seconds ? (total - before.Resources) / (end.Seconds - before.Seconds) : 0;
        return new Outcome(seconds, late, await EventsAsync(gateway), receipt);
    }

    private static void Report(string what, BulkCount served, Outcome outcome, double floor, ServedGateway gateway)
    {
        Console.WriteLine($"{what}: {outcome.Seconds:F1} s, {served.Resources / outcome.Seconds:F0}/s, {served.Bytes / outcome.Seconds / 1e6:F1} MB/s, "
            + $"the last tenth at {outcome.LateRate:F0}/s; {floor / outcome.Seconds:P0} of the rate of downloading only; peak resident {gateway.PeakResident()} MiB");
        Console.WriteLine("  " + outcome.Receipt.Trim()[..Math.Min(600, outcome.Receipt.Trim().Length)]);
    }

    private static async Task<long> CountAsync(ServedGateway gateway, string name)
    {
        using var status = JsonDocument.Parse(await gateway.RunAsync("status"));
        return status.RootElement.GetProperty(name).GetInt64();
    }

    private static async Task<long> EventsAsync(ServedGateway gateway)
    {
        using var status = JsonDocument.Parse(await gateway.RunAsync("status"));
        return status.RootElement.GetProperty("streams").EnumerateArray().Sum(s => s.GetProperty("events").GetInt64());
    }

    private sealed record Outcome(double Seconds, double LateRate, long Events, string Receipt);
}
