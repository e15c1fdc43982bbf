using System.Text.Json;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.FhirPath;

/// <summary>The invariants of R4, US Core and CARIN: they compile, and run on the packages' own examples without a fault.</summary>
public sealed class FhirPathInvariantTests
{
    private static readonly string[] Packages =
        ["hl7.fhir.r4.core-4.0.1", "us_core_311", "us_core_610", "us_core_700", "us_core_800", "carin4bb-110", "carin4bb-200", "davinci-pdex-2.0.0"];

    [Fact]
    public void Every_invariant_of_the_packages_compiles()
    {
        var expressions = Packages.SelectMany(Structures).SelectMany(Constraints).Select(c => c.Expression).ToHashSet(StringComparer.Ordinal);
        Assert.True(expressions.Count >= 276);
        foreach (var text in expressions)
            Assert.True(FhirPathExpression.TryCompile(text, out _, out var fault), $"{fault}: {text}");
    }

    [Theory]
    [InlineData("us_core_610", 100)]
    [InlineData("carin4bb-200", 20)]
    public void Invariants_of_resources_and_datatypes_hold_on_examples(string package, int leastExamples)
    {
        var invariants = BaseInvariants();
        var evaluator = new FhirPathEvaluator();
        var tape = new JsonTape();
        var (examples, checks) = (0, 0);
        var findings = new List<string>();
        foreach (var (name, bytes) in SharedSamples.Entries($"fhir/packages/{package}.tgz"))
        {
            if (!name.Contains("/example/", StringComparison.Ordinal) || !name.EndsWith(".json", StringComparison.Ordinal) || !tape.Read(bytes).IsNone)
                continue;
            evaluator.Start(tape);
            if (evaluator.Root.Type is null)
                continue;
            examples++;
            foreach (var (node, resource, root) in FhirPathElements.Walk(tape, evaluator.Root))
                for (var type = node.Type; type is not null; type = type.Parent)
                    foreach (var (key, expression) in invariants.GetValueOrDefault(type.Name, []))
                    {
                        checks++;
                        var verdict = evaluator.Check(expression, node, resource, root);
                        if (verdict != FhirPathVerdict.True)
                            findings.Add($"{name} {type.Name} {key}: {verdict} {evaluator.LastFault}");
                    }
        }
        Assert.True(examples >= leastExamples, $"{examples} examples");
        Assert.True(checks > examples * 20, $"{checks} checks");
        Assert.True(findings.Count == 0, string.Join('\n', findings.Take(20)));
    }

    /// <summary>Each on every element of its path, whatever the profile: what it says is not asked here, only that it can be asked.</summary>
    [Theory]
    [InlineData("us_core_311")]
    [InlineData("us_core_610")]
    [InlineData("us_core_700")]
    [InlineData("carin4bb-200")]
    public void Invariants_of_profiles_run_on_examples_without_a_fault(string package)
    {
        var invariants = Structures(package).SelectMany(Constraints).Where(c => c.Key is not ("ele-1" or "ext-1"))
            .DistinctBy(c => (c.Path, c.Expression)).ToLookup(c => c.Path, c => (c.Key, FhirPathTexts.Compile(c.Expression)), StringComparer.Ordinal);
        var evaluator = new FhirPathEvaluator();
        var tape = new JsonTape();
        var checks = 0;
        var faults = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, bytes) in SharedSamples.Entries($"fhir/packages/{package}.tgz"))
        {
            if (!name.Contains("/example/", StringComparison.Ordinal) || !name.EndsWith(".json", StringComparison.Ordinal) || !tape.Read(bytes).IsNone)
                continue;
            evaluator.Start(tape);
            foreach (var (node, resource, root) in FhirPathElements.Walk(tape, evaluator.Root))
                foreach (var (key, expression) in node.Type is null ? [] : invariants[node.Type.Name])
                {
                    checks++;
                    if (evaluator.Check(expression, node, resource, root) == FhirPathVerdict.Faulted)
                        faults.Add($"{name} {key} {expression}: {evaluator.LastFault}");
                }
        }
        Assert.True(checks > 100, $"{checks} checks");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Error invariants of the base definitions, by path.</summary>
    private static Dictionary<string, List<(string Key, FhirPathExpression Expression)>> BaseInvariants()
    {
        var compiled = new Dictionary<string, FhirPathExpression>(StringComparer.Ordinal);
        var result = new Dictionary<string, List<(string, FhirPathExpression)>>(StringComparer.Ordinal);
        foreach (var structure in Structures("hl7.fhir.r4.core-4.0.1").Where(s => !(s.TryGetProperty("derivation", out var d) && d.ValueEquals("constraint"))))
            foreach (var (path, key, severity, text) in Constraints(structure))
            {
                if (severity != "error" || (key == "ele-1" && path != "Element") || (key == "ext-1" && path != "Extension"))
                    continue;
                if (!compiled.TryGetValue(text, out var expression))
                    compiled.Add(text, expression = FhirPathTexts.Compile(InvariantErrata.Correct(text)));
                if (!result.TryGetValue(path, out var list))
                    result.Add(path, list = []);
                if (!list.Contains((key, expression)))
                    list.Add((key, expression));
            }
        return result;
    }

    private static IEnumerable<JsonElement> Structures(string package)
    {
        foreach (var (name, bytes) in SharedSamples.Entries($"fhir/packages/{package}.tgz"))
        {
            if (!name.Contains("/StructureDefinition-", StringComparison.Ordinal) || !name.EndsWith(".json", StringComparison.Ordinal))
                continue;
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.TryGetProperty("snapshot", out _))
                yield return document.RootElement;
        }
    }

    private static IEnumerable<(string Path, string Key, string Severity, string Expression)> Constraints(JsonElement structure)
    {
        foreach (var element in structure.GetProperty("snapshot").GetProperty("element").EnumerateArray())
        {
            if (!element.TryGetProperty("constraint", out var constraints))
                continue;
            foreach (var constraint in constraints.EnumerateArray())
                if (constraint.TryGetProperty("expression", out var expression))
                    yield return (element.GetProperty("path").GetString()!, constraint.GetProperty("key").GetString()!,
                        constraint.GetProperty("severity").GetString()!, expression.GetString()!);
        }
    }
}
