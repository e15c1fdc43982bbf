#:project ../src/Gateway/FhirGateway/FhirGateway.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Measures the pure stages on one core: NDJSON framing, strict check, normalization, validation, labels.
//   dotnet run -c Release eng/pure-stages.cs FOLDER-WITH-NDJSON
using System.Diagnostics;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Ndjson;
using FhirGateway.Labels;
using FhirGateway.Normalization;
using FhirGateway.Validation;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run -c Release eng/pure-stages.cs FOLDER");
    return 2;
}
var lines = new List<byte[]>();
foreach (var file in Directory.EnumerateFiles(args[0], "*.ndjson").Order(StringComparer.Ordinal))
{
    using var stream = File.OpenRead(file);
    await using var reader = new NdjsonReader(stream);
    while (await reader.ReadAsync())
        lines.Add(reader.Line.Bytes.ToArray());
}
var bytes = lines.Sum(l => (long)l.Length);
Console.WriteLine($"{lines.Count} lines of {bytes / lines.Count} bytes on average");
var normalizer = new ResourceNormalizer();
var validation = new ResourceValidation();
var profiles = new ProfileSets().Of([]);
var choice = validation.ChoiceOf(profiles);
var settings = new NormalizationSettings("payer-a", new NothingKnown());
var tape = new JsonTape();
var changes = 0;
var normalized = lines.Select(l => normalizer.Normalize(l, settings, choice).Resource).OfType<NormalizedResource>().Select(r => r.Json).ToList();
Measure("parse", line => tape.Read(line).IsNone ? 0 : 1);
Measure("parse and normalize", line =>
{
    var outcome = normalizer.Normalize(line, settings);
    changes += normalizer.Changes.Count;
    return outcome.IsNormalized ? 0 : 1;
});
Measure("the same with choice and declaration of the profile", line => normalizer.Normalize(line, settings, choice).IsNormalized ? 0 : 1);
Measure("parse and validate, of lines as normalized", null, index => validation.Validate(normalized[index], profiles).Count);
Measure("all stages: normalize, validate, label, hash", line =>
{
    var outcome = normalizer.Normalize(line, settings, choice);
    if (!outcome.IsNormalized)
        return 1;
    LabelRules.OfResource(normalizer.Tape, outcome.Resource.Service);
    return validation.Validate(outcome.Resource.Json, profiles).Count;
});
return 0;

// The best of some rounds: what disturbs makes slower, never faster.
void Measure(string what, Func<byte[], int>? byLine, Func<int, int>? byIndex = null)
{
    var best = TimeSpan.MaxValue;
    var found = 0;
    var allocated = 0L;
    var count = byLine is null ? normalized.Count : lines.Count;
    for (var round = 0; round < 12; round++)
    {
        changes = found = 0;
        allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            found += byLine is null ? byIndex!(i) : byLine(lines[i]);
        var time = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        best = time < best ? time : best;
    }
    Console.WriteLine(
        $"{what}: {best.TotalMicroseconds / count:F1} us, {best.TotalMicroseconds * 1024 / bytes:F2} us/kB, {bytes / best.TotalSeconds / 1e6:F0} MB/s, "
        + $"{allocated / count} bytes allocated each; {found} rejected or found, {changes} changes");
}

#pragma warning disable MA0047 // A program of one file has no namespace.
internal sealed class NothingKnown : IReferenceLookup
{
    public string? FindTypeOfId(string source, string id) => null;

    public string? FindIdByIdentifier(string source, string type, string system, string value) => value;
}
