using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Compiles the slicings of an element: for each slice the conditions by which an item belongs to it (profiling.html#slicing).</summary>
internal sealed class SlicerCompiler(PlanCompiler plans, ProfileTable profiles, ConstraintCompiler constraints)
{
    private readonly DiscriminatorPath paths = new(plans, profiles);

    /// <param name="nodes">The nodes of the element, one per structure or slice that it is in, the most specific first.</param>
    /// <param name="code">Type of its values.</param>
    /// <param name="type">Properties of that type.</param>
    /// <param name="path">Path of the element.</param>
    public SlicerPlan[] Compile(IReadOnlyList<ElementNode> nodes, string code, StructureType? type, string path)
    {
        var found = new List<SlicerPlan>();
        foreach (var node in nodes)
            if (node.Slices.Count > 0 && Compile(node, nodes, code, type, path) is { } slicer)
                found.Add(slicer);
        return [.. found];
    }

    private SlicerPlan? Compile(ElementNode node, IReadOnlyList<ElementNode> nodes, string code, StructureType? type, string path)
    {
        var isExtension = code == "Extension";
        var discriminators = node.Definition.Slicing?.Discriminators ?? [];
        if (discriminators.IsDefaultOrEmpty)
        {
            // An extension is always sliced by its url; anything else without a discriminator cannot be told apart.
            if (!isExtension)
                return null;
            discriminators = [new("value", "url")];
        }
        var isByUrl = isExtension && discriminators is [{ Type: "value", Path: "url" }];
        var slices = new List<SlicePlan>();
        var inner = 0;
        foreach (var slice in node.Slices)
        {
            SlicerPlan[] nested = slice.Slices.Count == 0 || Compile(slice, [slice, .. nodes], code, type, path) is not { } one ? [] : [one];
            IReadOnlyList<ElementNode> sources = [slice, .. nodes];
            var url = isByUrl ? Url(slice) : null;
            slices.Add(new SlicePlan
            {
                Name = slice.Definition.SliceName ?? slice.Name,
                Min = slice.Definition.Min ?? 0,
                Max = slice.Definition.Max ?? ElementDefinition.Unbounded,
                Conditions = url is not null ? [] : Decidable([.. discriminators.SelectMany(d => Conditions(d, slice, sources, code, type))]),
                Value = plans.Value(sources, code, type, path),
                Source = profiles.SourceOf(slice),
                Url = url,
                Slicers = nested,
                InnerOffset = inner,
            });
            inner += nested.Sum(n => n.SliceTotal);
        }
        return new SlicerPlan
        {
            Rules = node.Definition.Slicing?.Rules ?? SlicingRules.Open,
            IsOrdered = node.Definition.Slicing?.IsOrdered ?? false,
            Slices = [.. slices],
            Names = string.Join(", ", slices.Select(s => s.Name)),
            SliceTotal = slices.Count + inner,
            Source = profiles.SourceOf(node),
            IsByUrl = isByUrl && slices.All(s => s.Url is not null),
        };
    }

    /// <summary>A discriminator of which a slice says nothing does not tell it from others.</summary>
    private static SliceCondition[] Decidable(SliceCondition[] conditions) =>
        Array.TrueForAll(conditions, c => c.IsUndecidable) ? conditions : Array.FindAll(conditions, c => !c.IsUndecidable);

    /// <summary>The url of the extensions in a slice, from its profile or from the fixed value of its url.</summary>
    private byte[]? Url(ElementNode slice)
    {
        foreach (var type in slice.Definition.Types)
            if (type.Profiles is [var profile])
                return Encoding.UTF8.GetBytes(profile.Split('|')[0]);
        return slice.FindChild("url")?.Definition is { } url && (url.Fixed ?? url.Pattern) is { } value
            ? Encoding.UTF8.GetBytes(value.ReadText() ?? "")
            : null;
    }

    private List<SliceCondition> Conditions(
        SliceDiscriminator discriminator, ElementNode slice, IReadOnlyList<ElementNode> sources, string code, StructureType? type)
    {
        if (paths.Follow(discriminator.Path, slice, sources, code, type) is not { } place)
            return [new SliceCondition { Path = [], IsUndecidable = true }];
        return discriminator.Type switch
        {
            "exists" => [new SliceCondition { Path = place.Steps, Exists = place.Nodes.Any(n => n.Definition.Min > 0) || place.Nodes.All(n => n.Definition.Max != 0) }],
            "type" => [Types(place)],
            "profile" => [Profiles(place)],
            _ => Values(place),
        };
    }

    private static SliceCondition Types(DiscriminatorPlace place) =>
        new() { Path = place.Steps, Types = [.. place.Types], IsUndecidable = place.Types.Count == 0 };

    private SliceCondition Profiles(DiscriminatorPlace place)
    {
        var found = new List<CompiledProfile>();
        foreach (var node in place.Nodes)
            foreach (var canonical in node.Definition.Types.SelectMany(t => t.Profiles))
                if (profiles.Find(canonical, node) is { } profile)
                    found.Add(profile);
        found.AddRange(place.Roots);
        return new() { Path = place.Steps, Profiles = [.. found.Distinct()], IsUndecidable = found.Count == 0 };
    }

    /// <summary>A fixed value, else a pattern, else a required binding, at the place or, if nothing is there, below it.</summary>
    private List<SliceCondition> Values(DiscriminatorPlace place)
    {
        var direct = Direct(place.Nodes, place.Steps);
        if (direct is not null)
            return [direct];
        var below = new List<SliceCondition>();
        foreach (var node in place.Nodes.Where(n => n.Definition.Types.Length > 0 || n.Children.Count > 0))
            AddBelow(node, place.Steps, below);
        return below.Count > 0 ? below : [new SliceCondition { Path = place.Steps, IsUndecidable = true }];
    }

    private void AddBelow(ElementNode node, SliceStep[] steps, List<SliceCondition> found)
    {
        foreach (var child in node.Children)
        {
            SliceStep[] path = [.. steps, DiscriminatorPath.Step(child)];
            if (child.Definition.Fixed is not null || child.Definition.Pattern is not null)
                found.Add(Direct([child], path)!);
            else
                AddBelow(child, path, found);
        }
    }

    private SliceCondition? Direct(IReadOnlyList<ElementNode> nodes, SliceStep[] steps)
    {
        foreach (var node in nodes)
            if (node.Definition.Fixed is { } value)
                return new() { Path = steps, Values = [new ValueMatcher(value, isFixed: true, profiles.SourceOf(node))] };
            else if (node.Definition.Pattern is { } pattern)
                return new() { Path = steps, Values = [new ValueMatcher(pattern, isFixed: false, profiles.SourceOf(node))] };
        foreach (var node in nodes)
            if (node.Definition.Binding is { Strength: BindingStrength.Required, ValueSet: { } set } && node.Structure.IsConstraint)
                return new() { Path = steps, ValueSets = [constraints.Binding(BindingStrength.Required, set, node)!.ValueSet] };
        return null;
    }
}
