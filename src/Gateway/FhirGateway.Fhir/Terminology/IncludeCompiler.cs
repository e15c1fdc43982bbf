using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Compiles what an include says about one code system: all codes, codes one by one, filters.</summary>
internal sealed class IncludeCompiler(TerminologySource source)
{
    public MemberRule Compile(ValueSetInclude include, FhirPackage? from)
    {
        var (system, version) = Split(include.System!);
        var index = source.FindCodeSystem(system, include.Version ?? version, from, out var reason);
        if (!include.Concepts.IsEmpty)
        {
            var listed = Named(system, include.Concepts, index);
            return include.Filters.IsEmpty ? listed : new IntersectionRule([listed, Selected(system, include.Filters, index, reason)]);
        }
        return Selected(system, include.Filters, index, reason);
    }

    /// <summary>An expansion, one rule for each system.</summary>
    public List<MemberRule> Listed(ImmutableArray<CodedConcept> expansion, FhirPackage? from) =>
        [.. expansion.GroupBy(c => c.System).Select(g => (MemberRule)new ListedRule(
            g.Key,
            CodeTable.Create([.. g.Select(c => c.Code)], source.FindCodeSystem(g.Key, null, from, out _) is { IgnoresCase: true }),
            () => g))];

    /// <summary>Some published sets write the version into the system.</summary>
    private static (string System, string? Version) Split(string system) =>
        system.IndexOf('|', StringComparison.Ordinal) is var bar and >= 0 ? (system[..bar], system[(bar + 1)..]) : (system, null);

    private static ListedRule Named(string system, ImmutableArray<(string Code, string? Display)> concepts, CodeSystemIndex? index) => new(
        system,
        CodeTable.Create([.. concepts.Select(c => c.Code)], index is { IgnoresCase: true }),
        () => concepts.Select(c => new CodedConcept(system, c.Code, c.Display ?? DisplayOf(index, c.Code))));

    private static string? DisplayOf(CodeSystemIndex? index, string code) =>
        index?.Codes.Find(Encoding.UTF8.GetBytes(code)) is { } at and >= 0 ? index.System.Concepts[at].Display : null;

    private static MemberRule Selected(string system, ImmutableArray<(string Property, string Op, string Value)> filters, CodeSystemIndex? index, string? reason)
    {
        if (index is not { IsComplete: true } && GrammarSystem.Find(system) is { } grammar)
            return ByGrammar(grammar, filters);
        if (index is null)
            return new OpenRule(system, reason!, couldBe: CodeCondition(filters));
        var selected = new bool[index.Codes.Count];
        Array.Fill(selected, true);
        foreach (var filter in filters)
            if (ConceptFilter.Apply(filter, index, selected) is { } fault)
                return new OpenRule(system, index.Gap ?? fault, couldBe: index.IsComplete ? index.Codes.Contains : CodeCondition(filters));
        return BySelection(index, selected, CodeCondition(filters));
    }

    private static MemberRule BySelection(CodeSystemIndex index, bool[] selected, Func<ReadOnlySpan<byte>, bool>? condition)
    {
        var system = index.System.Url;
        for (var i = 0; i < selected.Length; i++)
            selected[i] &= !CodeSystemIndex.IsAbstract(index.System.Concepts[i]);
        var concepts = index.System.Concepts.Where((_, i) => selected[i]);
        var table = Array.TrueForAll(selected, s => s) ? index.Codes : CodeTable.Create([.. concepts.Select(c => c.Code)], index.IgnoresCase);
        var list = () => concepts.Select(c => new CodedConcept(system, c.Code, c.Display));
        return index.Gap is { } gap
            ? new OpenRule(system, gap, table, index.Codes, condition, list)
            : new ListedRule(system, table, list);
    }

    private static MemberRule ByGrammar(GrammarSystem grammar, ImmutableArray<(string Property, string Op, string Value)> filters)
    {
        var conditions = new List<Func<ReadOnlySpan<byte>, bool>>();
        foreach (var filter in filters)
        {
            if (grammar.Filter(filter, out var fault) is not { } condition)
                return new OpenRule(grammar.Url, fault!, couldBe: c => grammar.Check(c) != Membership.NotMember);
            conditions.Add(condition);
        }
        return new GrammarRule(grammar.Url, grammar.Check, All(conditions));
    }

    /// <summary>What filters on the code itself leave, which needs no code system.</summary>
    private static Func<ReadOnlySpan<byte>, bool>? CodeCondition(ImmutableArray<(string Property, string Op, string Value)> filters)
    {
        var conditions = new List<Func<ReadOnlySpan<byte>, bool>>();
        foreach (var (property, op, value) in filters)
            if (property == "code" && op == "regex" && CodePattern.TryCreate(value, out var pattern, out _))
                conditions.Add(pattern.IsMatch);
        return All(conditions);
    }

    private static Func<ReadOnlySpan<byte>, bool>? All(List<Func<ReadOnlySpan<byte>, bool>> conditions) =>
        conditions.Count switch
        {
            0 => null,
            1 => conditions[0],
            _ => code =>
            {
                foreach (var condition in conditions)
                    if (!condition(code))
                        return false;
                return true;
            },
        };
}
