using System.Diagnostics;
using System.Globalization;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;
using FhirGateway.Tests.Fhir.FhirPath;
using FhirGateway.Tests.Fhir.Fuzz;
using FhirGateway.Tests.Fhir.Mutants;
using FhirGateway.Tests.Fhir.Packages;

namespace FhirGateway.Benchmarks;

/// <summary>Random cases in bulk, two threads. A failure is printed with the seed and number that make it again.</summary>
internal static class FuzzBench
{
    private const int Threads = 2;
    private const long JsonCount = 10_000_000;
    private const long FhirPathCount = 10_000_000;
    private const long PackageCount = 10_000;

    public static int Run(string[] args)
    {
        var what = args.Length > 0 ? args[0] : "all";
        if (what is not ("json" or "fhirpath" or "packages" or "all"))
        {
            Console.Error.WriteLine("usage: fuzz json|fhirpath|packages|all [--count N] [--seed S]");
            return 2;
        }
        var count = Number(args, "--count");
        var seed = (int)(Number(args, "--seed") ?? 1);
        var failed = 0L;
        if (what is "json" or "all")
            failed += RunJson(count ?? JsonCount, seed);
        if (what is "fhirpath" or "all")
            failed += RunFhirPath(count ?? FhirPathCount, seed);
        if (what is "packages" or "all")
            failed += Run("packages", count ?? PackageCount, seed, 20, () => (first, end) => RunPackages(seed, first, end));
        return failed == 0 ? 0 : 1;
    }

    private static long RunJson(long count, int seed)
    {
        var plans = new ValidationPlans(BuiltInPackages.All, new TerminologyTables(BuiltInPackages.All));
        var resources = SyntheticResources.All.Select(r => r.Json).ToList();
        return Run("json", count, seed, 2000, () =>
        {
            var fuzz = new JsonFuzz(plans, resources);
            return (first, end) => fuzz.Run(seed, first, end);
        });
    }

    /// <summary>Each piece of the run is a run of its own, with a seed made of the first case's number; a failure names it.</summary>
    private static long RunFhirPath(long count, int seed)
    {
        var corpus = BuiltInPackages.All.Packages.SelectMany(p => p.StructureUrls.Select(u => p.FindStructure(u)!)).SelectMany(s => s.Snapshot)
            .SelectMany(e => e.Constraints).Select(c => c.Expression).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return Run("fhirpath", count, seed, 5000, () => (first, end) =>
        {
            var report = new FuzzReport { Cases = end - first };
            try
            {
                var run = FhirPathFuzz.Run(unchecked((int)((seed * 1_000_003L) + first)), end - first, corpus);
                (report.Accepted, report.Slowest, report.SlowestCase) = (run.Compiled, run.Slowest, first);
            }
            catch (InvalidOperationException e)
            {
                report.Fail(first, e.ToString());
            }
            return report;
        });
    }

    private static FuzzReport RunPackages(int seed, long first, long end)
    {
        var report = new FuzzReport();
        for (var number = first; number < end; number++)
        {
            var archive = PackageFuzz.Case(unchecked((int)((seed - 1) * 1_000_003L) + (int)number));
            var start = Stopwatch.GetTimestamp();
            try
            {
                report.Accepted += PackageFuzz.Run(archive) ? 1 : 0;
            }
            catch (Exception e)
            {
                report.Fail(number, e.ToString());
            }
            report.Count(number, Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(20));
        }
        return report;
    }

    private static long Run(string name, long count, int seed, int chunk, Func<Func<long, long, FuzzReport>> worker)
    {
        var total = new FuzzReport();
        var next = 0L;
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            var run = worker();
            for (var first = Interlocked.Add(ref next, chunk) - chunk; first < count; first = Interlocked.Add(ref next, chunk) - chunk)
            {
                var report = run(first, Math.Min(first + chunk, count));
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
