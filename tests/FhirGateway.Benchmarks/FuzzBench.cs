using System.Diagnostics;
using System.Globalization;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;
using FhirGateway.Tests.Fhir.Fuzz;
using FhirGateway.Tests.Fhir.Mutants;

namespace FhirGateway.Benchmarks;

/// <summary>Random cases in bulk, two threads. A failure is printed with the seed and number that make it again.</summary>
internal static class FuzzBench
{
    private const int Threads = 2;
    private const int Chunk = 2000;

    public static int Run(string[] args)
    {
        var what = args.Length > 0 ? args[0] : "all";
        var count = Number(args, "--count");
        var seed = (int)(Number(args, "--seed") ?? 1);
        var failed = 0L;
        if (what is "json" or "all")
            failed += RunJson(count ?? 10_000_000, seed);
        if (what is not ("json" or "all"))
        {
            Console.Error.WriteLine("usage: fuzz json|all [--count N] [--seed S]");
            return 2;
        }
        return failed == 0 ? 0 : 1;
    }

    private static long RunJson(long count, int seed)
    {
        var plans = new ValidationPlans(BuiltInPackages.All, new TerminologyTables(BuiltInPackages.All));
        var resources = SyntheticResources.All.Select(r => r.Json).ToList();
        return Run("json", count, seed, () =>
        {
            var fuzz = new JsonFuzz(plans, resources);
            return (first, end) => fuzz.Run(seed, first, end);
        });
    }

    private static long Run(string name, long count, int seed, Func<Func<long, long, FuzzReport>> worker)
    {
        var total = new FuzzReport();
        var next = 0L;
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            var run = worker();
            for (var first = Interlocked.Add(ref next, Chunk) - Chunk; first < count; first = Interlocked.Add(ref next, Chunk) - Chunk)
            {
                var report = run(first, Math.Min(first + Chunk, count));
                lock (total)
                    total.Add(report);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {total.Cases} cases in {clock.Elapsed.TotalSeconds:F0} s, {total.Cases / clock.Elapsed.TotalSeconds:F0}/s, {total.Accepted} accepted, {total.Failed} failed, slowest {total.Slowest.TotalMilliseconds:F1} ms (seed {seed}, case {total.SlowestCase}), heap {GC.GetTotalMemory(true) >> 20} MiB"));
        foreach (var (number, text) in total.Failures)
            Console.WriteLine($"seed {seed} case {number}: {text}");
        return total.Failed;
    }

    private static long? Number(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
}
