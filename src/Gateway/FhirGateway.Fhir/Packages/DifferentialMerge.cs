using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Packages;

/// <summary>Applies one differential to the tree of its base.</summary>
internal sealed class DifferentialMerge(PackageSet packages, FhirStructure structure, FhirPackage? from, SnapshotTrail trail, ElementNode root)
{
    private const string CoreTypes = "http://hl7.org/fhir/StructureDefinition/";

    /// <summary>The largest published snapshots have some thousand.</summary>
    private const int MaxElements = 20_000;

    private int elements;

    /// <summary>Of the element that was located last: what it stands in, and whether that is in a slice.</summary>
    private ElementNode? parent;
    private bool isBelowSlice;
    private string? fault;

    /// <summary>Null, or why the differential cannot be applied.</summary>
    public string? Apply()
    {
        elements = root.Count();
        if (!structure.IsConstraint)
            root.Name = structure.Type;
        var before = default(ImmutableArray<ElementStep>);
        foreach (var element in structure.Differential)
        {
            if (ElementStep.Of(element, before) is not { } steps)
                return $"{element.Path} is nested too deeply";
            before = steps;
            if (steps[0].Name != root.Name)
                return $"{element.Path} does not begin with {root.Name}";
            if (Locate(steps, element) is not { } node)
                return fault;
            ElementMerge.Into(node, element, from);
            AddTypeProfile(node, element);
            NarrowChoice(parent, node);
        }
        return null;
    }

    private ElementNode? Locate(ImmutableArray<ElementStep> steps, ElementDefinition element)
    {
        var node = root;
        parent = null;
        isBelowSlice = false;
        for (var i = 1; i < steps.Length; i++)
        {
            if (node.Children.Count == 0 && !Unfold(node))
                return null;
            if (Descend(node, steps[i], i == steps.Length - 1 ? element : null) is not { } next)
            {
                fault ??= $"{element.Id}: there is no {steps[i].Name} in the base";
                return null;
            }
            (parent, node) = (node, next);
            isBelowSlice |= node.Slice is not null;
        }
        return node;
    }

    private ElementNode? Descend(ElementNode above, ElementStep step, ElementDefinition? last)
    {
        var (name, slice) = step;
        if (above.Child(name) is not { } child)
        {
            child = above.Children.Find(c => ChoiceType(c, name) is not null);
            if (child is null)
                return !structure.IsConstraint && last is not null && Grow(1) ? Added(above, name, last) : null;
            // Below a slice the short form narrows the choice itself, as in the snapshots that HL7 publishes.
            if (isBelowSlice && child.Definition.Slicing is null)
                child.Definition = child.Definition with { Types = [ChoiceType(child, name)!] };
            else
                slice = name;
        }
        return slice is null ? child : child.FindSlice(slice) ?? NewSlice(child, slice);
    }

    /// <summary>A new element of a type of its own (derivation = specialization).</summary>
    private ElementNode Added(ElementNode above, string name, ElementDefinition definition)
    {
        var node = new ElementNode(name, null, definition with { Min = definition.Min ?? 0, Max = definition.Max ?? 1 }, from);
        above.Children.Add(node);
        return node;
    }

    private ElementNode? NewSlice(ElementNode sliced, string name)
    {
        var owner = name.LastIndexOf('/') is > 0 and var slash && sliced.FindSlice(name[..slash]) is { } outer ? outer : sliced;
        if (!Grow(owner.Count()))
            return null;
        owner.Definition = ElementMerge.WithSlicing(owner);
        var slice = owner.AsSlice(name);
        var types = ChoiceType(sliced, name) is { } type ? [type] : owner.Definition.Types;
        // One repetition of the others may satisfy a minimum, so no slice inherits it (profiling.html#slicing).
        slice.Definition = owner.Definition with { Slicing = null, SliceName = name, Min = 0, Types = types };
        owner.Slices.Add(slice);
        return slice;
    }

    /// <summary>The type that <c>valueQuantity</c> means of <c>value[x]</c>.</summary>
    private static ElementType? ChoiceType(ElementNode node, string name)
    {
        if (!IsChoice(node) || !name.StartsWith(node.Name[..^3], StringComparison.Ordinal))
            return null;
        var suffix = name.AsSpan(node.Name.Length - 3);
        foreach (var type in node.Definition.Types)
            if (suffix.Length == type.Code.Length && suffix[1..].SequenceEqual(type.Code.AsSpan(1)) && suffix[0] == char.ToUpperInvariant(type.Code[0]))
                return type;
        return null;
    }

    private static bool IsChoice(ElementNode node) => node.Name.EndsWith("[x]", StringComparison.Ordinal);

    /// <summary>Gives an element the children of its type, of its one type profile, or of the element that it refers to.</summary>
    private bool Unfold(ElementNode node)
    {
        if (node.Definition.ContentReference is { } reference)
            return UnfoldReference(node, reference);
        if (node.Definition.Types is not [var type])
        {
            fault = $"{node.Definition.Path} has {node.Definition.Types.Length} types: what is below it has no meaning";
            return false;
        }
        var found = (type.Profiles is [var profile] ? Find(profile, node.Scope) : null) ?? Find(CoreTypes + type.Code, node.Scope);
        if (found is not { } source)
        {
            fault = $"{node.Definition.Path}: its type {type.Code} is in no package that is loaded";
            return false;
        }
        return SnapshotTree.Build(source.Structure, source.Package, out fault) is { } tree && Take(node, tree);
    }

    private bool UnfoldReference(ElementNode node, string reference)
    {
        var at = root;
        foreach (var step in reference.Split('.').Skip(1))
            at = at?.Child(step);
        if (at is null || at == node)
        {
            fault = $"{node.Definition.Path} has the content of {reference}, which is not there";
            return false;
        }
        node.Definition = node.Definition with { ContentReference = null, Types = at.Definition.Types };
        return Take(node, at);
    }

    private bool Take(ElementNode node, ElementNode source)
    {
        if (!Grow(source.Count()))
            return false;
        var children = source.Children.ConvertAll(c => c.Copy());
        node.Children.AddRange(children);
        return true;
    }

    /// <summary>What the profile of its type says about the element as a whole holds at its place.</summary>
    private void AddTypeProfile(ElementNode node, ElementDefinition element)
    {
        if (element.Types is [{ Profiles: [var profile] }] && Find(profile, from) is { Structure.Snapshot: [var own, ..] })
            node.Definition = ElementMerge.WithTypeProfile(node.Definition, own);
    }

    /// <summary>A choice of which one type is required has that type only.</summary>
    private static void NarrowChoice(ElementNode? above, ElementNode node)
    {
        if (node.Slice is not null && IsChoice(node) && node.Definition is { Min: >= 1, Types: [var type] }
            && above?.Child(node.Name) is { Definition.Max: 1 } choice)
            choice.Definition = ElementMerge.Narrowed(choice.Definition, type.Code);
    }

    private (FhirStructure Structure, FhirPackage Package)? Find(string canonical, FhirPackage? scope) =>
        packages.FindCompleted(canonical, scope, trail) is { Structure.Snapshot.IsEmpty: false } found ? found : null;

    private bool Grow(int count)
    {
        elements += count;
        if (elements <= MaxElements)
            return true;
        fault = $"its snapshot would have more than {MaxElements} elements";
        return false;
    }
}
