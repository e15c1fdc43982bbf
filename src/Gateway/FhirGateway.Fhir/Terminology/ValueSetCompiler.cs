using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Turns definitions of value sets into compiled ones (http://hl7.org/fhir/R4/valueset.html#compositions). Not safe for parallel use.</summary>
internal sealed class ValueSetCompiler(TerminologySource source)
{
    /// <summary>Most imports behind each other; nothing that is published comes near it.</summary>
    private const int MaxDepth = 32;

    /// <summary>Most simple rules behind one answer: sets that include sets can multiply without end.</summary>
    private const int MaxCost = 4096;
    private readonly Dictionary<FhirValueSet, CompiledValueSet> compiled = new(ReferenceEqualityComparer.Instance);
    private readonly IncludeCompiler includes = new(source);
    private readonly ImportGraph graph = new(source);

    /// <param name="set">The definition.</param>
    /// <param name="from">The package that holds it, whose dependencies its canonicals mean; null for none.</param>
    public CompiledValueSet Compile(FhirValueSet set, FhirPackage? from) => Compile(set, from, 0);

    private CompiledValueSet Compile(FhirValueSet set, FhirPackage? from, int depth)
    {
        if (compiled.TryGetValue(set, out var known))
            return known;
        var result = FromCompose(set, from, depth);
        if (result.Cost > MaxCost)
            result = new(set.ToString(), set.Name, [new UnknownRule($"the value set {set} is made of more than {MaxCost} parts")], []);
        if (!result.IsExpandable && source.FindExpansion(set) is { IsDefault: false } expansion)
            result = new(set.ToString(), set.Name, includes.Listed(expansion, from), []);
        return compiled[set] = result;
    }

    private CompiledValueSet FromCompose(FhirValueSet set, FhirPackage? from, int depth) =>
        set.Includes.IsEmpty
            ? new(set.ToString(), set.Name, [new UnknownRule($"the value set {set} has neither includes nor an expansion that is complete")], [])
            : new(set.ToString(), set.Name, Rules(set.Includes, set, from, depth), Rules(set.Excludes, set, from, depth));

    private List<MemberRule> Rules(ImmutableArray<ValueSetInclude> parts, FhirValueSet set, FhirPackage? from, int depth) =>
        [.. parts.Select(p => Rule(p, set, from, depth))];

    private MemberRule Rule(ValueSetInclude part, FhirValueSet set, FhirPackage? from, int depth)
    {
        var rules = new List<MemberRule>();
        if (part.System is not null)
            rules.Add(includes.Compile(part, from));
        foreach (var canonical in part.ValueSets)
            rules.Add(Import(canonical, set, from, depth));
        return rules.Count switch
        {
            0 => new UnknownRule($"a part of the value set {set} is not known: an include names neither a code system nor a value set"),
            1 => rules[0],
            _ => new IntersectionRule([.. rules]),
        };
    }

    private MemberRule Import(string canonical, FhirValueSet set, FhirPackage? from, int depth)
    {
        if (source.FindValueSet(canonical, from, out var reason) is not { } found)
            return new UnknownRule(reason!);
        if (graph.IsCircular(set, from, found.Set))
            return new UnknownRule($"the value set {set} includes itself by way of {found.Set}");
        if (depth == MaxDepth)
            return new UnknownRule($"the value set {found.Set} is included through more than {MaxDepth} others");
        return new ImportRule(Compile(found.Set, found.Package, depth + 1));
    }
}
