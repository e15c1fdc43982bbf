using System.Diagnostics;
using System.Globalization;
using FhirGateway.Fhir.Packages;
using FhirGateway.Tests.Fhir.Packages;

namespace FhirGateway.Benchmarks;

/// <summary><c>packages [CASES [FILE.tgz…]]</c>: damaged and hostile packages, and how long published ones take.</summary>
internal static class PackagesBench
{
    private const int Rounds = 5;

    public static int Run(string[] args)
    {
        var cases = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var (read, slowest, slowestSeed) = (0, TimeSpan.Zero, 0);
        var all = Stopwatch.StartNew();
        for (var seed = 0; seed < cases; seed++)
        {
            var archive = PackageFuzz.Case(seed);
            var one = Stopwatch.StartNew();
            if (PackageFuzz.Run(archive))
                read++;
            if (one.Elapsed > slowest)
                (slowest, slowestSeed) = (one.Elapsed, seed);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{cases} cases in {all.Elapsed.TotalSeconds:0.0} s: {read} read, {cases - read} refused, slowest {slowest.TotalMilliseconds:0} ms (seed {slowestSeed}), {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB at most"));
        foreach (var file in args.Skip(1))
            Time(file);
        return 0;
    }

    private static void Time(string file)
    {
        var times = new List<double>();
        FhirPackage? package = null;
        for (var i = 0; i < Rounds; i++)
        {
            var one = Stopwatch.StartNew();
            package = PackageReader.ReadFile(file);
            times.Add(one.Elapsed.TotalMilliseconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{package}: first {times[0]:0} ms, then {times.Skip(1).Min():0} ms"));
    }
}
