using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>How what a differential says of one element is joined to what the base says (http://hl7.org/fhir/R4/profiling.html).</summary>
internal static class ElementMerge
{
    /// <summary>An extension is told apart by its url (extensibility.html#exts).</summary>
    private static readonly ElementSlicing ByUrl = new(SlicingRules.Open, false, [new("value", "url")]);

    /// <summary>A choice is told apart by its type (profiling.html#slicing).</summary>
    private static readonly ElementSlicing ByType = new(SlicingRules.Open, false, [new("type", "$this")]);

    public static void Into(ElementNode node, ElementDefinition own, FhirPackage? from)
    {
        var old = node.Definition;
        if (!own.Types.IsEmpty)
            node.Scope = from;
        node.Definition = old with
        {
            Min = own.Min is { } min ? Math.Max(min, old.Min ?? 0) : old.Min,
            Max = own.Max is { } max ? Math.Min(max, old.Max ?? ElementDefinition.Unbounded) : old.Max,
            Types = own.Types.IsEmpty ? old.Types : own.Types,
            Fixed = own.Fixed ?? old.Fixed,
            Pattern = own.Pattern ?? old.Pattern,
            MinValue = own.MinValue ?? old.MinValue,
            MaxValue = own.MaxValue ?? old.MaxValue,
            MaxLength = own.MaxLength ?? old.MaxLength,
            Binding = own.Binding is { ValueSet: null } strength ? strength with { ValueSet = old.Binding?.ValueSet } : own.Binding ?? old.Binding,
            Slicing = Joined(old.Slicing, own.Slicing),
            Constraints = Joined(old.Constraints, own.Constraints),
            MustSupport = old.MustSupport || own.MustSupport,
            IsModifier = old.IsModifier || own.IsModifier,
        };
    }

    /// <summary>A choice of one type, which is required.</summary>
    public static ElementDefinition Narrowed(ElementDefinition choice, string type) => choice with
    {
        Min = 1,
        Types = [.. choice.Types.Where(t => t.Code == type)],
        Slicing = (choice.Slicing ?? ByType) with { Rules = SlicingRules.Closed },
    };

    public static ElementDefinition WithTypeProfile(ElementDefinition element, ElementDefinition profile) => element with
    {
        Constraints = Joined(element.Constraints, profile.Constraints),
        IsModifier = element.IsModifier || profile.IsModifier,
    };

    /// <summary>The element with the slicing that goes without saying, if slices come and nothing is said.</summary>
    public static ElementDefinition WithSlicing(ElementNode node) =>
        node.Definition.Slicing is not null ? node.Definition
        : node.Name is "extension" or "modifierExtension" ? node.Definition with { Slicing = ByUrl }
        : node.Name.EndsWith("[x]", StringComparison.Ordinal) ? node.Definition with { Slicing = ByType }
        : node.Definition;

    private static ElementSlicing? Joined(ElementSlicing? old, ElementSlicing? own) =>
        old is null || own is null ? own ?? old
        : new(own.Rules, old.IsOrdered || own.IsOrdered, [.. old.Discriminators.Union(own.Discriminators)]);

    /// <summary>Constraints only add up; one that is said again, with the same expression, is the newer one.</summary>
    private static ImmutableArray<ElementConstraint> Joined(ImmutableArray<ElementConstraint> old, ImmutableArray<ElementConstraint> own)
    {
        if (own.IsEmpty)
            return old;
        var all = old.ToBuilder();
        foreach (var constraint in own)
        {
            var at = old.AsSpan().IndexOf(old.FirstOrDefault(o => o.Key == constraint.Key && o.Expression == constraint.Expression)!);
            if (at < 0)
                all.Add(constraint);
            else
                all[at] = constraint;
        }
        return all.ToImmutable();
    }
}
