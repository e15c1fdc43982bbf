using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.Terminology;

/// <summary>Small definitions for tests. Systems are <c>http://x/…</c>; the animals are complete and have a hierarchy.</summary>
internal static class Definitions
{
    public const string Animals = "http://x/animals";

    public static readonly FhirCodeSystem AnimalSystem = new()
    {
        Url = Animals,
        Name = "Animals",
        Content = "complete",
        IsCaseSensitive = true,
        Concepts =
        [
            new("animal", "Animal", -1) { Properties = [("notSelectable", "true")] },
            new("mammal", "Mammal", 0),
            new("dog", "Dog", 1) { Properties = [("legs", "4"), ("sound", "woof")], Designations = ["Hund"] },
            new("whale", "Whale", 1) { Properties = [("legs", "0")] },
            new("bird", "Bird", 0) { Properties = [("legs", "2")] },
            new("duck", "Duck", 4) { Properties = [("legs", "2"), ("sound", "quack")] },
            new("platypus", null, -1) { Properties = [("parent", "mammal"), ("parent", "bird")] },
        ],
    };

    public static FhirPackage Package(IEnumerable<FhirValueSet> sets, IEnumerable<FhirCodeSystem> systems, string id = "test", params (string Id, string Version)[] dependencies) => new(
        id,
        "1.0.0",
        [.. dependencies.Select(d => new PackageDependency(d.Id, d.Version))],
        new Dictionary<string, Lazy<FhirStructure>>(),
        sets.ToDictionary(s => s.Url, s => new Lazy<FhirValueSet>(s)),
        systems.ToDictionary(s => s.Url, s => new Lazy<FhirCodeSystem>(s)));

    public static FhirValueSet Set(string url, params ValueSetInclude[] includes) => new() { Url = url, Name = url[(url.LastIndexOf('/') + 1)..], Includes = [.. includes] };

    public static ValueSetInclude All(string system) => new() { System = system };

    public static ValueSetInclude Named(string system, params string[] codes) => new() { System = system, Concepts = [.. codes.Select(c => (c, (string?)null))] };

    public static ValueSetInclude Filtered(string property, string op, string value) => Filtered(Animals, property, op, value);

    public static ValueSetInclude Filtered(string system, string property, string op, string value) => new() { System = system, Filters = [(property, op, value)] };

    public static ValueSetInclude Import(params string[] sets) => new() { ValueSets = [.. sets] };

    public static TerminologyTables Tables(params FhirValueSet[] sets) => new(new PackageSet([Package(sets, [AnimalSystem])]));

    public static CompiledValueSet Compile(params ValueSetInclude[] includes) => Tables(Set("http://x/set", includes)).Find("http://x/set");

    public static Membership Check(this CompiledValueSet set, string system, string code) => set.Check(Encoding.UTF8.GetBytes(system), Encoding.UTF8.GetBytes(code));

    public static Membership CheckCode(this CompiledValueSet set, string code) => set.CheckCode(Encoding.UTF8.GetBytes(code));

    public static bool AllowsSystem(this CompiledValueSet set, string system) => set.AllowsSystem(Encoding.UTF8.GetBytes(system));

    /// <summary>The animals that are members, in the order of the system.</summary>
    public static string Members(this CompiledValueSet set) =>
        string.Join(' ', AnimalSystem.Concepts.Where(c => set.Check(Animals, c.Code) == Membership.Member).Select(c => c.Code));

    public static IEnumerable<string> Dump(FhirValueSet set)
    {
        yield return $"{set.Url}|{set.Version ?? "-"}|{set.Name}|{set.Expansion.IsDefault}";
        foreach (var (kind, part) in set.Includes.Select(i => ("+", i)).Concat(set.Excludes.Select(i => ("-", i))))
            yield return $"{kind} {part.System ?? "null"} {part.Version ?? "null"} [{string.Join(';', part.Concepts.Select(c => $"{c.Code}={c.Display ?? "null"}"))}] [{string.Join(';', part.Filters)}] [{string.Join(';', part.ValueSets)}]";
        foreach (var concept in set.Expansion.IsDefault ? [] : set.Expansion)
            yield return concept.ToString();
    }

    public static IEnumerable<string> Dump(FhirCodeSystem system)
    {
        yield return $"{system.Url}|{system.Version ?? "-"}|{system.Name}|{system.Content}|{system.IsCaseSensitive}|{system.Supplements ?? "-"}";
        foreach (var concept in system.Concepts)
            yield return $"{concept.Code}|{concept.Display ?? "null"}|{concept.Parent}|{string.Join(';', concept.Properties)}|{string.Join(';', concept.Designations)}";
    }
}
