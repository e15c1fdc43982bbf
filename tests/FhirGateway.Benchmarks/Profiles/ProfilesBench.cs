using System.Globalization;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>Rates of the profile engine beside the floors of the same run; printed as rows for docs/benchmarks.md.</summary>
internal static class ProfilesBench
{
    /// <summary>Of the rate of the scan that hashes every name and string.</summary>
    private const double Goal = 0.11;
    private const double GoalAllocated = 2048;
    private const double GoalThreads = 1.8;
    private const double GoalNormalized = 1.5;

    public static int Run(string[] args)
    {
        var seconds = args is ["--seconds", var text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 8;
        var duration = TimeSpan.FromSeconds(seconds);
        var packages = BuiltInPackages.All;
        var plans = new ValidationPlans(packages, new TerminologyTables(packages));
        var groups = ProfileCorpus.Load().Groups(plans.HasProfile);
        Console.WriteLine("| what | goal | seen | |\n| --- | --- | --- | --- |");
        foreach (var group in groups)
            RunGroup(group, plans, duration);
        PrintThreads(groups, plans, duration);
        ProcessFigures.Print();
        return 0;
    }

    private static void RunGroup(CorpusGroup group, ValidationPlans plans, TimeSpan duration)
    {
        var before = Outcomes.Of(group, new ProfileValidator(plans));
        var validator = new ProfileValidator(plans);
        var lanes = Measure(group, validator, duration);
        var after = Outcomes.Of(group, validator);
        foreach (var lane in lanes)
            Row($"{group.Name}: {lane.Name}", "", $"{lane.Median / 1e6:F0} MB/s, {lane.Median / group.MeanBytes:F0}/s, {100 * lane.RatioTo(lanes[0]):F1} % of the first", $"{lane.Allocated:F0} B a resource");
        var full = lanes[^2];
        var both = full.RatioTo(lanes[^1]);
        Row($"{group.Name}: validation to hashing scan", "11 %", $"{100 * full.RatioTo(lanes[0]):F1} %", Met(full.RatioTo(lanes[0]) >= Goal));
        Row($"{group.Name}: time of validation and normalization to validation", "1.5", both.ToString("F2", CultureInfo.InvariantCulture), Met(both <= GoalNormalized));
        Row($"{group.Name}: allocated per resource", "2 kB", $"{full.Allocated:F0} B", Met(full.Allocated <= GoalAllocated));
        Row($"{group.Name}: {group.Resources.Count} resources of {group.MeanBytes:F0} bytes on average, outcomes", "equal", $"{after.Faulty} with errors ({after.Errors}), {after.Warnings} warnings, digest {after.Digest}", Met(before == after));
    }

    private static List<Lane> Measure(CorpusGroup group, ProfileValidator validator, TimeSpan duration)
    {
        var resources = group.Resources;
        var tape = new JsonTape();
        var normalizer = new ProfileNormalizer();
        var patches = new PatchList();
        List<ValidationIssue> issues = [];
        List<Lane> lanes =
        [
            new("reader, hash of every name and string", i => Floors.ScanAndHash(resources[i])),
            new("reader, HashCode of every name and string", i => Floors.ScanAndHashCode(resources[i])),
            new("reader", i => Floors.Scan(resources[i])),
            new("JsonDocument, walked", i => Floors.ParseAndWalk(resources[i])),
            new("tape", i => tape.Read(resources[i]).Position + tape.Count),
            new("tape and full validation", i => Validate(tape, validator, issues, group, i)),
            new("tape, full validation and normalization", i => Validate(tape, validator, issues, group, i) + Normalize(tape, normalizer, patches, group, i)),
        ];
        RoundRobin.Measure(resources, lanes, duration);
        return lanes;
    }

    private static long Validate(JsonTape tape, ProfileValidator validator, List<ValidationIssue> issues, CorpusGroup group, int index)
    {
        issues.Clear();
        var fault = tape.Read(group.Resources[index]);
        if (fault.IsNone)
            validator.Validate(tape, issues, group.Profiles[index]);
        return issues.Count;
    }

    /// <summary>The tape holds the resource already; the result is written where something changed.</summary>
    private static int Normalize(JsonTape tape, ProfileNormalizer normalizer, PatchList patches, CorpusGroup group, int index)
    {
        patches.Clear();
        normalizer.Run(tape, patches);
        normalizer.Declare(group.Profiles[index] is [var profile, ..] ? profile : null);
        return patches.Count == 0 ? 0 : patches.Apply(group.Resources[index], forHash: false).Length;
    }

    /// <summary>The whole corpus with one thread and with two, in turn.</summary>
    private static void PrintThreads(List<CorpusGroup> groups, ValidationPlans plans, TimeSpan duration)
    {
        List<double> ratios = [];
        var slice = TimeSpan.FromMilliseconds(500);
        ThreadRates.Rate(1, slice, Worker);
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); clock.Elapsed < duration;)
        {
            var one = ThreadRates.Rate(1, slice, Worker);
            ratios.Add(ThreadRates.Rate(2, slice, Worker) / one);
        }
        var ratio = ratios.Order().ElementAt(ratios.Count / 2);
        Row("two threads to one, the whole corpus", "1.8", ratio.ToString("F2", CultureInfo.InvariantCulture), Met(ratio >= GoalThreads));

        Func<long> Worker()
        {
            var tape = new JsonTape();
            var validator = new ProfileValidator(plans);
            List<ValidationIssue> issues = [];
            var (group, index) = (0, 0);
            return () =>
            {
                if (index == groups[group].Resources.Count)
                    (group, index) = ((group + 1) % groups.Count, 0);
                Validate(tape, validator, issues, groups[group], index);
                return groups[group].Resources[index++].Length;
            };
        }
    }

    internal static void Row(string what, string goal, string seen, string met) => Console.WriteLine($"| {what} | {goal} | {seen} | {met} |");

    internal static string Met(bool isMet) => isMet ? "met" : "not met";
}
