using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Rules;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Rules;

/// <summary>What the rules find, in a form that tests can compare.</summary>
internal static class RuleFindings
{
    private static readonly Lazy<FhirPackage> LazyCore = new(() => PackageReader.ReadFile(SharedSamples.Path("fhir/packages/hl7.fhir.r4.core-4.0.1.tgz")));

    public static FhirPackage Core => LazyCore.Value;

    /// <summary>Key and place of each error.</summary>
    public static string Errors(string json, params string[] definitions) => Text(json, IssueSeverity.Error, definitions);

    public static string Warnings(string json, params string[] definitions) => Text(json, IssueSeverity.Warning, definitions);

    public static List<ValidationIssue> Find(ReadOnlyMemory<byte> json, ResourceRules rules)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(json).IsNone);
        var issues = new List<ValidationIssue>();
        rules.Check(tape, issues);
        return issues;
    }

    public static PackageSet Packages(params IEnumerable<string> definitions) => new([Package(definitions)]);

    public static FhirPackage Package(IEnumerable<string> definitions)
    {
        var structures = new Dictionary<string, Lazy<FhirStructure>>();
        var sets = new Dictionary<string, Lazy<FhirValueSet>>();
        var systems = new Dictionary<string, Lazy<FhirCodeSystem>>();
        var resources = new List<PackageResource>();
        foreach (var text in definitions)
        {
            var root = JsonDocument.Parse(text).RootElement;
            var (type, url) = (root.GetProperty("resourceType").GetString()!, root.TryGetProperty("url", out var value) ? value.GetString()! : "");
            resources.Add(new($"package/{resources.Count}.json", type, null, url, null, Encoding.UTF8.GetBytes(text)));
            if (type == "StructureDefinition")
                structures[url] = new(() => StructureReader.Read(root));
            else if (type == "ValueSet")
                sets[url] = new(() => ValueSetReader.Read(root));
            else if (type == "CodeSystem")
                systems[url] = new(() => CodeSystemReader.Read(root));
        }
        return new("local", "1.0.0", [], structures, sets, systems) { Resources = [.. resources] };
    }

    private static string Text(string json, IssueSeverity severity, string[] definitions) => string.Join('\n', Find(
        Encoding.UTF8.GetBytes(json), new(Packages(definitions))).Where(i => i.Severity == severity).Select(i => $"{i.Key} {i.Expression}"));
}
