using System.Text.Json.Nodes;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Breaks what a profile asks for beyond its base: presence, number, slices, fixed values, patterns, types, targets, codes.</summary>
internal sealed class ProfileMutants(MutantSchema schema, Func<string, bool> isDecidable)
{
    private readonly StructureMutants structure = new(schema, isDecidable);

    /// <summary>Every way to break a value that satisfies a profile.</summary>
    /// <param name="view">The profile.</param>
    /// <param name="root">The value: a whole resource, or an extension.</param>
    public IEnumerable<Edit> Of(ProfileView view, Place root)
    {
        foreach (var element in view.Profile.Snapshot)
        {
            if (ProfileView.OwnerId(element.Id) is not { } ownerId || view.Values(ownerId, root) is not { } owners)
                continue;
            foreach (var owner in owners)
                foreach (var edit in OfElement(view, root, ownerId, element, owner))
                    yield return edit with { StillApplies = copy => OwnerRemains(view, root, ownerId, owner, copy) };
        }
    }

    private IEnumerable<Edit> OfElement(ProfileView view, Place root, string ownerId, ElementDefinition element, Place owner)
    {
        var step = MutantSchema.StepOf(element);
        var path = $"{owner.Path}.{step}";
        var rule = $"{view.Profile.Name} {element.Id}";
        if (owner.Value is not JsonObject || view.ValuesWithin(element.Id, owner) is not { } values)
            yield break;
        if (element.Max == 0)
        {
            if (values.Count == 0 && element.SliceName is null && Forbidden(owner, element, step) is { } forbidden)
                yield return new("forbidden", [], path, rule, forbidden) { Also = [owner.Path, path + "[0]"] };
            yield break;
        }
        if (values.Count == 0)
            yield break;
        var isSlice = element.SliceName is not null;
        if (element.Min > 0)
            yield return new(isSlice ? "slice-missing" : "profile-missing", isSlice ? ["slice-min", "cardinality-min"] : [], path, rule, r => RemoveAll(values, element.Min.Value, r)) { Also = [owner.Path] };
        if (element.Min > 0 && isSlice && values.Count == element.Min && values[0].Item >= 0 && view.Mark(element.Id) is var (steps, mark) && SpoilMark(values[0], steps, mark) is { } spoil)
            yield return new("slice-lost", [], path, rule, spoil) { Also = [owner.Path, .. values.Select(v => v.Path), .. values.SelectMany(v => steps.Select(s => $"{v.Path}.{s}"))] };
        if (element.Max is > 0 and < ElementDefinition.Unbounded and var max && values[0].Item >= 0)
            yield return new(isSlice ? "slice-surplus" : "profile-surplus", isSlice ? ["slice-max", "cardinality-max"] : ["cardinality-max", "array"], path, rule, r => Repeat(values[0], max - values.Count + 1, r))
            {
                Also = [.. Enumerable.Range(0, 64).Select(i => $"{path}[{i}]")],
            };
        foreach (var edit in OfValues(view, root, ownerId, element, owner, values, rule))
            yield return edit;
    }

    private IEnumerable<Edit> OfValues(ProfileView view, Place root, string ownerId, ElementDefinition element, Place owner, List<Place> values, string rule)
    {
        var place = values[0];
        if (element.SliceName is null && (element.Fixed ?? element.Pattern) is { } wanted && Spoil(place, JsonNode.Parse(wanted.Json)!) is { } spoil)
            yield return new("wrong-value", [], place.Path, rule, spoil) { Also = [.. Below(place), place.ArrayPath] };
        if (element.Binding is { Strength: BindingStrength.Required, ValueSet: { } set } && element.SliceName is null && isDecidable(set) && StructureMutants.CodeMutant(place, rule) is { } code)
            yield return code with { Kind = "profile-code" };
        if (place.Type == "Reference" && element.Types.All(t => t.Code == "Reference") && element.SliceName is null && structure.TargetMutant(place, element, rule) is { } target)
            yield return target with { Kind = "profile-target" };
        if (element.Path.EndsWith("[x]", StringComparison.Ordinal) && element.SliceName is null && OtherType(element, place) is { } other)
            yield return new("profile-type", [], place.Path, rule, r => Retype(place, r, other.Name, other.Value)) { Also = [$"{owner.Path}.{other.Name}", owner.Path] };
    }

    /// <summary>Whether the owner is what it was: an edit can move an item out of the slice whose content it means to break.</summary>
    private bool OwnerRemains(ProfileView view, Place root, string ownerId, Place owner, JsonObject copy)
    {
        var top = root.Pointer.Length == 0 ? root with { Value = copy } : schema.Places(copy).FirstOrDefault(p => p.Pointer.SequenceEqual(root.Pointer));
        return top is not null && view.Values(ownerId, top) is { } owners && owners.Any(o => o.Pointer.SequenceEqual(owner.Pointer));
    }

    private Action<JsonObject>? Forbidden(Place owner, ElementDefinition element, string step)
    {
        var property = step;
        var type = element.Types.Length > 0 ? element.Types[0].Code : "";
        var baseElement = schema.Children(owner.Schema!).FirstOrDefault(e => MutantSchema.StepOf(e) == step);
        if (baseElement is null)
            return null;
        if (type.Length == 0 && baseElement.Types.Length > 0)
            type = baseElement.Types[0].Code;
        if (element.Path.EndsWith("[x]", StringComparison.Ordinal))
            property += char.ToUpperInvariant(type[0]) + type[1..];
        if (SampleValues.Good(type) is not { } value)
            return null;
        var isArray = baseElement.Max != 1;
        return root => ((JsonObject)owner.In(root)!)[property] = isArray ? new JsonArray(value.DeepClone()) : value.DeepClone();
    }

    /// <summary>Removes items, the last first, until one too few is left.</summary>
    private static void RemoveAll(List<Place> values, int min, JsonObject root)
    {
        foreach (var value in values.Skip(min - 1).Reverse())
        {
            var owner = value.OwnerIn(root);
            if (value.Item >= 0)
                owner[value.Property]!.AsArray().RemoveAt(value.Item);
            if (value.Item < 0 || owner[value.Property]!.AsArray().Count == 0)
                owner.Remove(value.Property);
            owner.Remove("_" + value.Property);
        }
    }

    private static void Repeat(Place item, int times, JsonObject root)
    {
        var items = item.OwnerIn(root)[item.Property]!.AsArray();
        for (var i = 0; i < times; i++)
            items.Add(item.Value?.DeepClone());
    }

    /// <summary>Changes the first leaf that a pattern asks for.</summary>
    private static Action<JsonObject>? Spoil(Place place, JsonNode wanted)
    {
        var steps = new List<object>();
        for (; wanted is not JsonValue; wanted = wanted is JsonArray items ? items[0]! : wanted.AsObject().First().Value!)
            steps.Add(wanted is JsonArray ? 0 : wanted.AsObject().First().Key);
        if (place.Value is JsonArray)
            return null;
        JsonNode other = wanted.GetValueKind() == System.Text.Json.JsonValueKind.String ? "http://example.org/other" : wanted.GetValueKind() == System.Text.Json.JsonValueKind.True ? false : 4711;
        return root => Put(place, root, steps, other);
    }

    /// <summary>Changes what makes an item one of its slice.</summary>
    private static Action<JsonObject>? SpoilMark(Place item, string[] path, JsonNode mark)
    {
        var steps = new List<object>(path);
        for (; mark is not JsonValue; mark = mark is JsonArray items ? items[0]! : mark.AsObject().First().Value!)
            steps.Add(mark is JsonArray ? 0 : mark.AsObject().First().Key);
        return steps.Count == 0 || mark.GetValueKind() != System.Text.Json.JsonValueKind.String ? null : root => PutAll(item.In(root), steps, 0, "http://example.org/other");
    }

    private static void Put(Place place, JsonObject root, List<object> steps, JsonNode other)
    {
        if (steps.Count == 0)
        {
            StructureMutants.Replace(place, root, other.DeepClone());
            return;
        }
        // Each item of an array could be the one that has what the pattern asks for: all are changed.
        PutAll(place.In(root), steps, 0, other);
    }

    private static void PutAll(JsonNode? node, List<object> steps, int at, JsonNode other)
    {
        if (node is JsonArray items)
            foreach (var item in items.ToList())
                PutAll(item, steps, steps[at] is int ? at + 1 : at, other);
        else if (node is JsonObject owner && at == steps.Count - 1)
            owner[(string)steps[at]] = other.DeepClone();
        else if (node is JsonObject holder)
            PutAll(holder[(string)steps[at]], steps, at + 1, other);
    }

    private static IEnumerable<string> Below(Place place) =>
        place.Value is JsonObject value ? value.SelectMany(p => new[] { $"{place.Path}.{p.Key}", $"{place.Path}.{p.Key}[0]", $"{place.Path}.{p.Key}[0].code", $"{place.Path}.{p.Key}[0].system" }) : [];

    /// <summary>A type that the base allows here and the profile does not.</summary>
    private (string Name, JsonNode Value)? OtherType(ElementDefinition element, Place place)
    {
        foreach (var type in place.Element!.Types)
            if (element.Types.All(t => t.Code != type.Code) && SampleValues.Good(type.Code) is { } value)
                return (MutantSchema.StepOf(element) + char.ToUpperInvariant(type.Code[0]) + type.Code[1..], value);
        return null;
    }

    private static void Retype(Place place, JsonObject root, string property, JsonNode value)
    {
        var owner = place.OwnerIn(root);
        owner.Remove(place.Property);
        owner.Remove("_" + place.Property);
        owner[property] = value.DeepClone();
    }
}
