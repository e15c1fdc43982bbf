#:project ../src/Gateway/FhirGateway/FhirGateway.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Measures the pure stages on one core: NDJSON framing, strict check, normalization, validation, labels.
//   dotnet run -c Release eng/pure-stages.cs FOLDER-WITH-NDJSON
using System.Diagnostics;
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
var settings = new NormalizationSettings("payer-a", new NothingKnown());
for (var round = 1; round <= 20; round++)
{
    var rejected = 0;
    var findings = 0;
    var labelled = 0;
    var allocated = GC.GetAllocatedBytesForCurrentThread();
    var start = Stopwatch.GetTimestamp();
    foreach (var line in lines)
    {
        var outcome = normalizer.Normalize(line, settings);
        if (!outcome.IsNormalized)
        {
            rejected++;
            continue;
        }
        findings += validation.Validate(normalizer.Tape).Count;
        labelled += LabelRules.OfResource(normalizer.Tape, outcome.Resource.Service).IsEmpty ? 0 : 1;
    }
    var time = Stopwatch.GetElapsedTime(start);
    allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
    if (round % 5 == 0)
        Console.WriteLine(
            $"round {round}: {time.TotalMicroseconds / lines.Count:F1} us, {lines.Count / time.TotalSeconds:F0}/s, {bytes / time.TotalSeconds / 1e6:F0} MB/s, "
            + $"{allocated / lines.Count} bytes allocated each; rejected {rejected}, findings {findings}, labelled {labelled}");
}
return 0;

#pragma warning disable MA0047 // A program of one file has no namespace.
internal sealed class NothingKnown : IReferenceLookup
{
    public string? FindTypeOfId(string source, string id) => null;

    public string? FindIdByIdentifier(string source, string type, string system, string value) => value;
}
