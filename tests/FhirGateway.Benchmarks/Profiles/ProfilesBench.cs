using System.Globalization;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>Rates of the profile engine beside the floors of the same run, one thread.</summary>
internal static class ProfilesBench
{
    public static int Run(string[] args)
    {
        var seconds = args is ["--seconds", var text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 8;
        var corpus = ProfileCorpus.Load();
        foreach (var (name, resources) in corpus.Groups)
            Print(name, resources, Measure(resources, TimeSpan.FromSeconds(seconds)));
        return 0;
    }

    private static List<Lane> Measure(IReadOnlyList<byte[]> resources, TimeSpan duration)
    {
        var tape = new JsonTape();
        List<Lane> lanes =
        [
            new("reader, hash of every name and string", Floors.ScanAndHash),
            new("reader, HashCode of every name and string", Floors.ScanAndHashCode),
            new("reader", Floors.Scan),
            new("JsonDocument, walked", Floors.ParseAndWalk),
            new("tape", json => tape.Read(json).Position + tape.Count),
        ];
        RoundRobin.Measure(resources, lanes, duration);
        return lanes;
    }

    private static void Print(string name, IReadOnlyList<byte[]> resources, List<Lane> lanes)
    {
        var mean = resources.Average(r => r.Length);
        Console.WriteLine($"{name}: {resources.Count} resources, {mean:F0} bytes on average");
        foreach (var lane in lanes)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {lane.Name} | {lane.Median / 1e6:F0} MB/s | {lane.Median / mean:F0}/s | {100 * lane.Median / lanes[0].Median:F1} % | {lane.Allocated:F0} B |"));
    }
}
