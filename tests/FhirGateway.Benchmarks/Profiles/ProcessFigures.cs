using System.Diagnostics;
using System.Globalization;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>What only a process of its own can show: start, compilation, memory.</summary>
internal static class ProcessFigures
{
    private static readonly string[] Patient =
        ["""{"resourceType":"Patient","identifier":[{"system":"http://example.org/x","value":"1"}],"name":[{"family":"x"}],"gender":"female"}""", "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0"];

    /// <summary>Starts this program three times for each figure and prints the middle one.</summary>
    public static void Print()
    {
        PrintOne("ready", "built-in tables open", "200 ms", 200, 0);
        PrintOne("ready", "built-in tables open, first Patient validated against US Core 6.1.0", "", double.MaxValue, 1);
        PrintOne("ready", "the same from the start of the process", "", double.MaxValue, 2);
        PrintOne("compile", "R4 and US Core 6.1.0 read from .tgz, every profile compiled", "3 s", 3000, 0);
        PrintOne("memory", "GC heap with all built-in packages loaded and every profile compiled, MiB", "300", 300, 0);
        PrintOne("memory", "working set of that process, MiB", "300", 300, 1);
    }

    /// <summary>What the started program does; figures on one line.</summary>
    public static int Run(string what)
    {
        var start = Stopwatch.GetTimestamp();
        double[] figures = what switch
        {
            "ready" => Ready(start),
            "compile" => Compile(start),
            _ => Memory(),
        };
        Console.WriteLine(string.Join(' ', figures.Select(f => f.ToString("F1", CultureInfo.InvariantCulture))));
        return 0;
    }

    private static double[] Ready(long start)
    {
        var packages = BuiltInPackages.All;
        var plans = new ValidationPlans(packages, new TerminologyTables(packages));
        var open = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Validate(plans, Patient[0], Patient[1]);
        var first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using var self = Process.GetCurrentProcess();
        return [open, first, (TimeProvider.System.GetUtcNow().UtcDateTime - self.StartTime.ToUniversalTime()).TotalMilliseconds];
    }

    private static double[] Compile(long start)
    {
        var packages = new PackageSet(new[] { "hl7.fhir.r4.core-4.0.1.tgz", "us_core_610.tgz" }.Select(f => PackageReader.ReadFile(SharedArchive.Path("packages/" + f))));
        var plans = new ValidationPlans(packages, new TerminologyTables(packages));
        CompileAll(plans, packages.Find("hl7.fhir.us.core")!);
        return [Stopwatch.GetElapsedTime(start).TotalMilliseconds];
    }

    private static double[] Memory()
    {
        var packages = BuiltInPackages.All;
        var plans = new ValidationPlans(packages, new TerminologyTables(packages));
        foreach (var package in packages.Packages)
            CompileAll(plans, package);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        var figures = new[] { GC.GetTotalMemory(forceFullCollection: true) / 1048576.0, self.WorkingSet64 / 1048576.0 };
        GC.KeepAlive(plans);
        return figures;
    }

    /// <summary>A plan is compiled when a resource first needs it.</summary>
    private static void CompileAll(ValidationPlans plans, FhirPackage package)
    {
        foreach (var url in package.StructureUrls)
            if (package.FindStructure(url) is { Kind: Fhir.Definitions.StructureKind.Resource, IsAbstract: false } profile)
                Validate(plans, $$"""{"resourceType":"{{profile.Type}}","id":"x"}""", profile.ToString());
    }

    private static void Validate(ValidationPlans plans, string json, string profile)
    {
        var tape = new JsonTape();
        tape.Read(System.Text.Encoding.UTF8.GetBytes(json));
        new ProfileValidator(plans).Validate(tape, [], [profile]);
    }

    private static void PrintOne(string what, string name, string goal, double limit, int figure)
    {
        var seen = Enumerable.Range(0, 3).Select(_ => Start(what)[figure]).Order().ElementAt(1);
        ProfilesBench.Row(name, goal, seen.ToString("F0", CultureInfo.InvariantCulture) + (limit is 200 or 3000 or double.MaxValue ? " ms" : ""), goal.Length == 0 ? "" : ProfilesBench.Met(seen <= limit));
    }

    private static double[] Start(string what)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            info.ArgumentList.Add(typeof(ProcessFigures).Assembly.Location);
        info.ArgumentList.Add("profiles-process");
        info.ArgumentList.Add(what);
        using var process = Process.Start(info)!;
        var line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. line.Trim().Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"profiles-process {what} ended with {process.ExitCode}");
    }
}
