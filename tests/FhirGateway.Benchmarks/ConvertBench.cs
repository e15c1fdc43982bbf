using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FhirGateway.Hl7v2;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Benchmarks;

/// <summary>
/// Parse and convert, on one thread: an A01 of 1.5 kB with all its resources, and the mix of ../shared/data/hl7v2/fhir-converter. A
/// fixed loop (SHA-256 of 1.5 kB) runs beside each measurement, so that a figure of a busy machine can be told from a slow converter.
/// </summary>
internal static class ConvertBench
{
    public static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        var root = Root();
        var settings = new AdtFeedSettings { Source = "bench" };
        var admission = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(root, "tests", "FhirGateway.Tests", "Normalization", "Adt", "golden", "A01-inpatient.hl7")).Replace('\n', '\r'));
        Measure($"A01 of {admission.Length} bytes", [admission], settings, seconds);
        var mix = Path.Combine(root, "..", "shared", "data", "hl7v2", "fhir-converter", "messages");
        if (Directory.Exists(mix))
            Measure("fhir-converter mix", [.. Directory.GetFiles(mix, "*.hl7").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)], settings, seconds);
        else
            Console.WriteLine("fhir-converter mix: skipped, ../shared is absent");
        return 0;
    }

    private static void Measure(string name, byte[][] messages, AdtFeedSettings settings, double seconds)
    {
        long bytes = 0;
        var resources = 0;
        foreach (var message in messages)
            foreach (var converted in AdtConverter.Convert(message, settings).Events)
            {
                bytes += converted.Bundle.Length;
                resources += Count(converted.Bundle.Span, "\"fullUrl\""u8);
            }
        RateOf(messages, settings, seconds / 2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var message in messages)
            AdtConverter.Convert(message, settings);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / messages.Length;
        var best = (Rate: 0.0, Reference: 0.0, Ratio: 0.0);
        for (var round = 0; round < 5; round++)
        {
            var reference = ReferenceRate(seconds / 20);
            var rate = RateOf(messages, settings, seconds / 5);
            reference = Math.Max(reference, ReferenceRate(seconds / 20));
            if (rate > best.Rate)
                best = (rate, reference, rate / reference);
        }

        Console.WriteLine($"{name}: {messages.Sum(m => m.Length) / messages.Length} bytes in, {bytes / messages.Length} bytes and {(double)resources / messages.Length:F1} resources out: "
            + $"{best.Rate:F0}/s (best of 5), {allocated} bytes allocated each; reference loop {best.Reference:F0}/s, ratio {best.Ratio:F4}");
    }

    private static double RateOf(byte[][] messages, AdtFeedSettings settings, double seconds)
    {
        var watch = Stopwatch.StartNew();
        var count = 0;
        while (watch.Elapsed.TotalSeconds < seconds)
            foreach (var message in messages)
            {
                if (!Hl7Message.TryParse(message, out var parsed, out _) || AdtConverter.Convert(parsed, settings).Events.IsEmpty)
                    throw new InvalidOperationException("a message of the benchmark is not converted");
                count++;
            }
        return count / watch.Elapsed.TotalSeconds;
    }

    private static double ReferenceRate(double seconds)
    {
        var block = new byte[1500];
        Span<byte> digest = stackalloc byte[32];
        var watch = Stopwatch.StartNew();
        var count = 0;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            for (var i = 0; i < 100; i++)
                SHA256.HashData(block, digest);
            count += 100;
        }

        return count / watch.Elapsed.TotalSeconds;
    }

    private static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        var count = 0;
        for (var at = text.IndexOf(part); at >= 0; at = text.IndexOf(part))
        {
            count++;
            text = text[(at + part.Length)..];
        }

        return count;
    }

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FhirGateway.sln")))
                return at.FullName;
        throw new DirectoryNotFoundException("FhirGateway.sln");
    }
}
