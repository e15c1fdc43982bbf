using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Terminology;
using FhirGateway.Tests.Fhir.FhirPath;

namespace FhirGateway.Benchmarks;

/// <summary>What an invariant costs, warm, in time and allocation; and random cases for as long as one likes.</summary>
internal static class FhirPathBench
{
    private static readonly (string Package, string Example, string Focus, string Invariant)[] Cases =
    [
        ("us_core_610", "example/Patient-example.json", "%resource", "contained.contained.empty()"),
        ("us_core_610", "example/Patient-example.json", "%resource", "text.`div`.exists()"),
        ("us_core_610", "example/Patient-example.json", "%resource", "(name.family.exists() or name.given.exists()) xor extension.where(url='http://hl7.org/fhir/StructureDefinition/data-absent-reason').exists()"),
        ("us_core_610", "example/Patient-example.json", "name[0]", "hasValue() or (children().count() > id.count())"),
        ("us_core_610", "example/Patient-example.json", "extension[0]", "extension.exists() != value.exists()"),
        ("us_core_610", "example/Patient-example.json", "telecom[0]", "value.empty() or system.exists()"),
        ("us_core_610", "example/Patient-example.json", "address[0].period", "start.hasValue().not() or end.hasValue().not() or (start <= end)"),
        ("us_core_610", "example/Observation-blood-pressure.json", "%resource", "dataAbsentReason.empty() or value.empty()"),
        ("us_core_610", "example/Observation-blood-pressure.json", "%resource", "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())"),
        ("us_core_610", "example/Observation-blood-pressure.json", "component[0].value", "code.empty() or system.exists()"),
        ("us_core_610", "example/Observation-blood-pressure.json", "effective", "$this is dateTime implies $this.toString().length() >= 10"),
        ("carin4bb-200", "ExplanationOfBenefit-EOBOutpatient", "%resource", "meta.profile.exists($this.startsWith('http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-Outpatient-Institutional|2.0.'))"),
        ("carin4bb-200", "ExplanationOfBenefit-EOBOutpatient", "%resource", "insurance.select (focal = true).count() < 2"),
        ("carin4bb-200", "ExplanationOfBenefit-EOBOutpatient", "%resource", "adjudication.exists().not() or adjudication.where(category.memberOf('http://hl7.org/fhir/us/carin-bb/ValueSet/C4BBAdjudication')).exists()"),
        ("carin4bb-200", "ExplanationOfBenefit-EOBOutpatient", "careTeam[0]", "role.where(coding.where(code in ('performing' | 'primary' | 'referring' | 'supervising')).exists()).exists() implies provider.all(resolve() is Practitioner)"),
        ("carin4bb-200", "ExplanationOfBenefit-EOBOutpatient", "supportingInfo[0].category", "coding.where(system='x' and code='y').exists().not()"),
    ];

    public static int Run()
    {
        var evaluator = new FhirPathEvaluator(memberOf: static (_, _, _, _) => Membership.Member);
        var tape = new JsonTape();
        foreach (var (package, example, focus, text) in Cases)
        {
            tape.Read(Entry(package, example));
            evaluator.Start(tape);
            var node = evaluator.Select(Compile(focus));
            var (best, bytes, verdict) = Measure(evaluator, Compile(text), node);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{best,6:0} ns {bytes,4} B  {verdict,-6} {focus}: {text[..Math.Min(text.Length, 90)]}"));
        }
        return 0;
    }

    /// <summary>Runs random cases: COUNT [SEED].</summary>
    public static int Fuzz(string[] args)
    {
        var count = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        var suite = Shared("fhir/test-cases/fhirpath-r4/fhirpath/tests-fhir-r4.xml");
        string[] corpus = File.Exists(suite) ? [.. XDocument.Load(suite).Descendants("expression").Select(e => e.Value)] : [];
        var start = Stopwatch.GetTimestamp();
        for (var done = 0L; done < count; done += 1_000_000)
        {
            var report = FhirPathFuzz.Run(seed++, Math.Min(1_000_000, count - done), corpus);
            Console.WriteLine($"{done + report.Cases} cases, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {report.Compiled} compiled, {report.Faulted} faulted, slowest {report.Slowest.TotalMilliseconds:0} ms");
        }
        return 0;
    }

    private static (double Nanoseconds, long Bytes, FhirPathVerdict Verdict) Measure(FhirPathEvaluator evaluator, FhirPathExpression expression, FhirPathNode node)
    {
        const int Loops = 10_000;
        var root = evaluator.Root;
        var (best, bytes, verdict) = (double.MaxValue, 0L, FhirPathVerdict.True);
        for (var round = 0; round < 60; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Loops; i++)
                verdict = evaluator.Check(expression, node, root, root);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Loops);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Loops;
        }
        return (best, bytes, verdict);
    }

    private static FhirPathExpression Compile(string text) =>
        FhirPathExpression.TryCompile(text, out var expression, out var fault) ? expression : throw new InvalidOperationException(fault.Message);

    private static byte[] Entry(string package, string name)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(Shared($"fhir/packages/{package}.tgz")), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (!entry.Name.Contains(name, StringComparison.Ordinal) || entry.DataStream is null)
                continue;
            using var copy = new MemoryStream();
            entry.DataStream.CopyTo(copy);
            return copy.ToArray();
        }
        throw new FileNotFoundException(name);
    }

    private static string Shared(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FhirGateway.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? ".", "..", "shared", "data", relative);
    }
}
