using System.Text;
using FhirGateway.Host.Commands;
using FhirGateway.Tests.Architecture;
using FhirGateway.Tests.Commands;

namespace FhirGateway.Tests.Fhir.Conformance;

/// <summary>The verb <c>validate</c> in this process; a package is read once for all requests.</summary>
internal sealed class ValidateRig
{
    private readonly TextWriter error = TextWriter.Null;
    private readonly PackageSources sources;

    public ValidateRig() => sources = new(VerbRig.Session(TextWriter.Null, error, Repository.Root));

    public static string R4 => SharedSamples.Path("fhir/packages/hl7.fhir.r4.core-4.0.1.tgz");

    /// <summary>What is found in each resource of the files.</summary>
    public async Task<List<List<OutcomeLine>>> RunAsync(ValidationRequest request)
    {
        using var output = new StringWriter();
        await ValidateCommand.RunAsync(VerbRig.Session(output, error, Repository.Root), sources, request, TestContext.Current.CancellationToken);
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(OutcomeLine.Read)];
    }

    /// <summary>What is found in resources that stand in no file, all of them on one worker.</summary>
    public async Task<List<(string Name, List<OutcomeLine> Found)>> CheckAsync(IReadOnlyList<string> packages, IEnumerable<(string Name, ReadOnlyMemory<byte> Json)> resources)
    {
        var session = VerbRig.Session(TextWriter.Null, error, Repository.Root);
        var rules = await ValidationRules.LoadAsync(session, sources, new() { Packages = packages, Files = [] }, TestContext.Current.CancellationToken);
        var check = new ResourceCheck(rules.CreateValidator(), isSummary: false);
        return [.. resources.Select(r => (r.Name, OutcomeLine.Read(check.Check(r.Name, [new() { Line = 1, Json = r.Json }]).Text)))];
    }

    /// <summary>Keeps a report for whoever works on the differences.</summary>
    public static void Keep(string name, IEnumerable<string> lines)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, ".artifacts", "conformance")).FullName;
        File.WriteAllLines(Path.Combine(folder, name), lines, Encoding.UTF8);
    }

    /// <summary>A table that stands beside the tests: its rows without the header.</summary>
    public static List<string[]> Table(string name) =>
        [.. File.ReadAllLines(Path.Combine(Repository.Root, "tests/FhirGateway.Tests/Fhir/Conformance", name)).Skip(1).Where(l => l.Length > 0).Select(l => l.Split('\t'))];
}
