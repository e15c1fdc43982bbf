using System.Diagnostics;
using System.Globalization;
using FhirGateway.Adapters.Files;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;
using Names = FhirGateway.Simulation.Worlds.Cast;

namespace FhirGateway.Benchmarks;

internal static class ImportBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var megabytes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        var directory = Directory.CreateTempSubdirectory("fhir-gateway-bench-").FullName;
        var world = World.Create(WorldOptions.ForBulkBytes(DateOnly.FromDateTime(DateTime.UtcNow), (long)megabytes << 20));
        var path = Path.Combine(directory, "bulk.ndjson");
        BulkCount count;
        await using (var file = File.Create(path))
            count = await BulkFile.WriteAsync(new PayerScript(world, Names.PayerA), file, BulkSections.All, default);
        await using var engine = await BenchEngine.StartAsync(directory, world);
        var watch = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        await using (var file = File.OpenRead(path))
        {
            var accepted = await engine.BulkIntake.AcceptAsync(engine.Organizations.Value.FindSource(Names.PayerA)!, "bench", [new BulkUpload("bulk.ndjson", file)], default);
            Console.WriteLine($"spooled in {watch.Elapsed.TotalSeconds:F1} s");
            var done = engine.Bulk.WaitAsync(accepted.Submission, TimeSpan.FromHours(1), default);
            while (await Task.WhenAny(done, Task.Delay(5000)) != done)
                Console.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s: {engine.Bulk.Lines} lines, {engine.Bulk.Lines / watch.Elapsed.TotalSeconds:F0}/s, working set {Environment.WorkingSet >> 20} MiB");
            var submission = (await done)!;
            Console.WriteLine($"{count.Resources} resources, {count.Bytes >> 20} MiB in {watch.Elapsed.TotalSeconds:F1} s: {count.Resources / watch.Elapsed.TotalSeconds:F0}/s; cpu {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:F1} s; working set {Environment.WorkingSet >> 20} MiB");
            Console.WriteLine($"stored {submission.Counts.Stored} held {submission.Counts.Held} issues {submission.Counts.WithIssues} unresolved {submission.Counts.UnresolvedReferences} published {submission.Counts.Published}");
            Console.WriteLine(string.Join(", ", submission.Counts.HeldByReason.Select(h => $"{h.Key} {h.Value}")));
        }

        var first = count.Resources / watch.Elapsed.TotalSeconds;
        watch.Restart();
        await using (var file = File.OpenRead(path))
        {
            var accepted = await engine.BulkIntake.AcceptAsync(engine.Organizations.Value.FindSource(Names.PayerA)!, "bench", [new BulkUpload("bulk.ndjson", file)], default);
            var submission = (await engine.Bulk.WaitAsync(accepted.Submission, TimeSpan.FromHours(1), default))!;
            var rate = count.Resources / watch.Elapsed.TotalSeconds;
            Console.WriteLine($"the same again: {rate:F0}/s, {rate / first:F1} times; unchanged {submission.Counts.Unchanged} published {submission.Counts.Published} issues {submission.Counts.WithIssues}");
        }

        BenchEngine.Print(engine);
        return 0;
    }
}
