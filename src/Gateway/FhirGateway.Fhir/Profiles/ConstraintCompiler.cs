using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Compiles what definitions say of one value: fixed values, patterns, bindings, limits, reference targets, invariants.</summary>
internal sealed class ConstraintCompiler(ProfileTable profiles, TerminologyTables terminology, PlanNotes notes)
{
    /// <summary>
    /// ele-1 and ext-1 are about nearly every element: the walk itself checks them. Narratives, and what refers to contained
    /// resources, are read once, by the rules.
    /// </summary>
    private static readonly HashSet<string> Structural = new(StringComparer.Ordinal) { "ele-1", "ext-1", "txt-1", "txt-2", "dom-3" };

    private readonly Dictionary<string, FhirPathExpression?> expressions = new(StringComparer.Ordinal);

    /// <param name="plan">Where they go.</param>
    /// <param name="sources">The nodes that apply, the most specific first.</param>
    public void Fill(ValuePlan plan, IReadOnlyList<ElementNode> sources)
    {
        plan.Matchers = Matchers(sources);
        plan.Bindings = Bindings(sources);
        plan.Ranges = Ranges(sources);
        plan.Invariants = Invariants(sources);
        if (plan.TypeName == "Reference")
            plan.Reference = Reference(sources);
    }

    public BindingPlan? Binding(BindingStrength strength, string valueSet, ElementNode node)
    {
        // Published as required on components of vital signs, where it names no unit of flow or of fractions; corrected to extensible since.
        if (valueSet.StartsWith("http://hl7.org/fhir/ValueSet/ucum-vitals-common", StringComparison.Ordinal))
            strength = BindingStrength.Extensible;
        var set = terminology.Find(valueSet, node.Package);
        var name = set.Name is { Length: > 0 } given ? $"{given} ({valueSet})" : valueSet;
        return new(strength, set, profiles.SourceOf(node))
        {
            Message = strength == BindingStrength.Required
                ? $"Code is not in the value set {name}, which is required: use one of its codes"
                : $"Code is not in the value set {name}: use one of its codes unless none of them fits",
            NoCodeMessage = strength == BindingStrength.Required
                ? $"A code of the value set {name} is required: add a coding with system and code"
                : $"A code of the value set {name} is expected: add a coding unless none of its codes fits",
        };
    }

    private ValueMatcher[] Matchers(IReadOnlyList<ElementNode> sources)
    {
        var found = new List<ValueMatcher>();
        foreach (var source in sources)
        {
            Add(source.Definition.Fixed, true, source);
            Add(source.Definition.Pattern, false, source);
        }
        return [.. found];

        void Add(ElementValue? value, bool isFixed, ElementNode source)
        {
            if (value is null || found.Any(f => f.Text == value.Json && f.IsFixed == isFixed))
                return;
            try
            {
                found.Add(new(value, isFixed, profiles.SourceOf(source)));
            }
            catch (FormatException e)
            {
                notes.Add(source.ToString(), e.Message);
            }
        }
    }

    /// <summary>Within one structure the most specific node decides; each structure has its say.</summary>
    private BindingPlan[] Bindings(IReadOnlyList<ElementNode> sources)
    {
        var found = new List<BindingPlan>();
        foreach (var group in sources.GroupBy(s => s.Structure, ReferenceEqualityComparer.Instance))
        {
            if (group.FirstOrDefault(n => n.Definition.Binding is not null) is not { } node)
                continue;
            var binding = node.Definition.Binding!;
            if (binding is { Strength: BindingStrength.Required or BindingStrength.Extensible, ValueSet: { } set })
                Add(binding.Strength, set, node);
            if (binding.MaxValueSet is { } max)
                Add(BindingStrength.Required, max, node);
            foreach (var (purpose, valueSet) in binding.Additional)
                if (purpose is "required" or "maximum")
                    Add(BindingStrength.Required, valueSet, node);
                else if (purpose == "extensible")
                    Add(BindingStrength.Extensible, valueSet, node);
        }
        return [.. found];

        void Add(BindingStrength strength, string valueSet, ElementNode node)
        {
            if (Binding(strength, valueSet, node) is not { } plan)
                return;
            var same = found.FindIndex(f => ReferenceEquals(f.ValueSet, plan.ValueSet));
            if (same < 0)
                found.Add(plan);
            else if (strength <= found[same].Strength)
                found[same] = plan;
        }
    }

    private RangePlan[] Ranges(IReadOnlyList<ElementNode> sources) =>
    [
        .. sources.Where(s => s.Definition.MinValue is not null || s.Definition.MaxValue is not null || s.Definition.MaxLength is not null)
            .Select(s => new RangePlan(s.Definition.MinValue, s.Definition.MaxValue, s.Definition.MaxLength, profiles.SourceOf(s)))
            .DistinctBy(r => (r.Min, r.Max, r.MaxLength)),
    ];

    private InvariantPlan[] Invariants(IReadOnlyList<ElementNode> sources)
    {
        var found = new List<InvariantPlan>();
        foreach (var source in sources.Reverse())
            foreach (var constraint in source.Definition.Constraints)
            {
                if (constraint.Expression is not { } text || Structural.Contains(constraint.Key)
                    || found.Any(f => f.Key == constraint.Key && f.Text == text) || Compile(constraint, source) is not { } expression)
                    continue;
                found.Add(new(constraint.Key, constraint.IsError, expression, profiles.SourceOf(source))
                {
                    Text = text,
                    Message = constraint.Key + ": " + constraint.Human,
                    Anchor = constraint.Key switch
                    {
                        "ref-1" => InvariantAnchor.LocalReference,
                        "dom-2" or "dom-3" or "dom-4" or "dom-5" => InvariantAnchor.Contained,
                        _ => InvariantAnchor.None,
                    },
                });
            }
        return [.. found];
    }

    private FhirPathExpression? Compile(ElementConstraint constraint, ElementNode source)
    {
        var text = constraint.Expression!;
        if (expressions.TryGetValue(text, out var known))
            return known;
        if (!FhirPathExpression.TryCompile(InvariantErrata.Correct(text), out var expression, out var fault))
            notes.Add($"{source}: {constraint.Key}", $"its expression cannot be read: {fault.Message} at character {fault.Position}");
        expressions.Add(text, expression);
        return expression;
    }

    private ReferencePlan? Reference(IReadOnlyList<ElementNode> sources)
    {
        foreach (var source in sources)
        {
            var targets = source.Definition.Types.Where(t => t.Code == "Reference").SelectMany(t => t.TargetProfiles).Distinct().ToList();
            if (targets.Count > 0)
                return Reference(targets, source);
        }
        return null;
    }

    private ReferencePlan? Reference(List<string> targets, ElementNode source)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        var restricted = new List<CompiledProfile>();
        var isPlain = false;
        foreach (var target in targets)
        {
            if (target.StartsWith(ProfileTable.CoreUrl, StringComparison.Ordinal) && profiles.TypeRoot(target[ProfileTable.CoreUrl.Length..]) is not null)
            {
                types.Add(target[ProfileTable.CoreUrl.Length..]);
                isPlain = true;
                continue;
            }
            // A target that is not at hand could be of any type.
            if (profiles.Find(target, source) is not { } profile)
                return null;
            types.Add(profile.Type);
            restricted.Add(profile);
        }
        if (types.Contains("Resource") || types.Contains("DomainResource"))
            return null;
        return new()
        {
            Types = [.. types.Order(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)],
            Profiles = [.. restricted],
            IsPlain = isPlain,
            Expected = string.Join(" or ", types.Order(StringComparer.Ordinal)),
            Source = profiles.SourceOf(source),
        };
    }
}
