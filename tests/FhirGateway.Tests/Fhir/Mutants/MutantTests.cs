using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;
using FhirGateway.Tests.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Mutants;

public sealed class MutantTests(ITestOutputHelper output)
{
    private const int Seed = 20260301;

    /// <summary>Published as required and read as extensible: it names no unit of flow or of fractions.</summary>
    private const string VitalUnits = "http://hl7.org/fhir/ValueSet/ucum-vitals-common";

    private static readonly ValidationPlans Plans = new(BuiltInPackages.All, new TerminologyTables(BuiltInPackages.All));
    private static readonly MutantSchema Schema = new(BuiltInPackages.All);

    /// <summary>What the gateway handles.</summary>
    private static readonly string[] Handled =
    [
        "Patient", "Observation", "ExplanationOfBenefit", "Coverage", "Encounter", "Condition", "Procedure", "Organization", "Practitioner", "PractitionerRole", "Location",
        "AllergyIntolerance", "CarePlan", "CareTeam", "Device", "DiagnosticReport", "DocumentReference", "Goal", "Immunization", "Medication", "MedicationRequest",
        "MedicationDispense", "Provenance", "RelatedPerson", "ServiceRequest", "Specimen", "QuestionnaireResponse", "Bundle", "Group", "Claim",
    ];

    [Fact]
    public void Synthetic_resources_are_valid()
    {
        foreach (var (name, json) in SyntheticResources.All)
            Assert.True(Errors(json).Count == 0, $"{name}: {string.Join("; ", Errors(json).Select(i => $"{i.Key} {i.Expression}"))}");
    }

    [Fact]
    public void Mutants_of_synthetic_resources_are_found_at_their_place() => Check(SyntheticResources.All, perKind: 6);

    [Fact]
    public void Mutants_of_published_examples_are_found_at_their_place() => Check(Published(), perKind: 2);

    [Fact]
    public void Every_invariant_that_can_be_broken_is_broken_and_found()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var lost = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, json) in SyntheticResources.All.Concat(Published()))
            foreach (var mutant in Generator(0).Of(name, JsonNode.Parse(json)!.AsObject()))
                (IsFound(mutant, Known(json)) ? found : lost).Add(mutant.Rule);
        var rules = InvariantBreaks.Table.Select(b => b.Key).Concat(ProfileInvariantBreaks.Table.Select(b => b.Profile + " " + b.Key)).ToHashSet(StringComparer.Ordinal);
        output.WriteLine($"{found.Count} of {rules.Count} rules found; lost somewhere: {string.Join(", ", lost)}");
        Assert.Empty(rules.Except(found).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_invariant_of_handled_resources_has_an_edit_or_a_reason()
    {
        var covered = InvariantBreaks.Table.Concat(ProfileInvariantBreaks.Table).Select(b => b.Key).Concat(ContainedMutants.Invariants).Concat(UnbreakableInvariants.Reasons.Keys).ToHashSet(StringComparer.Ordinal);
        var profiles = BuiltInPackages.All.Packages.Where(p => p.Id is "hl7.fhir.us.core" or "hl7.fhir.us.carin-bb").SelectMany(p => p.StructureUrls.Select(u => p.FindStructure(u)!));
        // ElementDefinition is a type of definitions only.
        var types = BuiltInPackages.R4Types.Where(t => Handled.Contains(t.Name) || (t.Kind == FhirGateway.Fhir.Definitions.StructureKind.ComplexType && t.Name != "ElementDefinition"));
        var open = types.Concat(profiles.Where(p => p.Type == "Extension" || Handled.Contains(p.Type)))
            .SelectMany(s => s.Snapshot).SelectMany(e => e.Constraints).Select(c => c.Key).Where(k => !covered.Contains(k)).Distinct();
        Assert.Empty(open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_seed_makes_the_same_mutants()
    {
        var (name, json) = SyntheticResources.All[0];
        var first = Generator(2).Of(name, JsonNode.Parse(json)!.AsObject()).Select(m => m.Json).ToList();
        Assert.Equal(first, Generator(2).Of(name, JsonNode.Parse(json)!.AsObject()).Select(m => m.Json));
        Assert.All(first, m => Assert.NotEqual(JsonNode.Parse(json)!.ToJsonString(), m));
    }

    private void Check(IEnumerable<(string Name, string Json)> resources, int perKind)
    {
        var found = new SortedDictionary<string, (int All, int Found)>(StringComparer.Ordinal);
        var survivors = new List<Mutant>();
        foreach (var (name, json) in resources)
        {
            var known = Known(json);
            foreach (var mutant in Generator(perKind).Of(name, JsonNode.Parse(json)!.AsObject()))
            {
                var isFound = IsFound(mutant, known);
                var (all, hits) = found.GetValueOrDefault(mutant.Kind);
                found[mutant.Kind] = (all + 1, hits + (isFound ? 1 : 0));
                if (!isFound)
                    survivors.Add(mutant);
            }
        }
        var total = found.Values.Sum(f => f.All);
        output.WriteLine($"seed {Seed}: {total - survivors.Count} of {total} found");
        foreach (var (kind, (all, hits)) in found)
            output.WriteLine($"{kind,-26}{hits,7} of {all}");
        foreach (var mutant in survivors.DistinctBy(m => (m.Kind, m.Rule)).Take(100))
            output.WriteLine($"not found: {mutant}");
        Assert.True(total > 1000, $"{total} mutants");
        Assert.True(survivors.Count <= total / 100, $"{survivors.Count} of {total} mutants are not found");
    }

    private static MutantGenerator Generator(int perKind) =>
        new(Schema, set => !set.StartsWith(VitalUnits, StringComparison.Ordinal) && Plans.Terminology.Find(set).IsExpandable, perKind, Seed);

    /// <summary>The examples of the packages; a profile that US Core 3.1.1 names is its own, not the newest.</summary>
    private static IEnumerable<(string Name, string Json)> Published()
    {
        foreach (var file in new[] { "us_core_610.tgz", "us_core_311.tgz", "carin4bb-200.tgz" })
            foreach (var example in SharedPackages.Load(file).Examples)
            {
                var text = Encoding.UTF8.GetString(example.Json.Span);
                if (file == "us_core_311.tgz" && JsonNode.Parse(text) is JsonObject resource && resource["meta"]?["profile"] is JsonArray profiles)
                {
                    for (var i = 0; i < profiles.Count; i++)
                        if (((string)profiles[i]!).Contains("/us/core/", StringComparison.Ordinal))
                            profiles[i] = (string)profiles[i]! + "|3.1.1";
                    text = resource.ToJsonString();
                }
                yield return ($"{file} {example.Entry}", text);
            }
    }

    private static HashSet<(string, string)> Known(string json) => [.. Validate(json, []).Select(i => (i.Key, i.Expression))];

    private static List<ValidationIssue> Errors(string json) => Validate(json, []).FindAll(i => i.Severity <= IssueSeverity.Error);

    private static bool IsFound(Mutant mutant, HashSet<(string, string)> known) => Validate(mutant.Json, mutant.Profiles)
        .Exists(i => !known.Contains((i.Key, i.Expression)) && mutant.IsAt(i.Expression) && (mutant.Keys.Length == 0 || mutant.Keys.Contains(i.Key)));

    private static List<ValidationIssue> Validate(string json, IReadOnlyList<string> profiles)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone);
        var issues = new List<ValidationIssue>();
        new ProfileValidator(Plans).Validate(tape, issues, profiles);
        return issues;
    }
}
