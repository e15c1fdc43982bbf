using System.Text.Json.Nodes;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Breaks what FHIR itself asks of every element: presence, JSON type, form, known names, one type of a choice, targets.</summary>
internal sealed class StructureMutants(MutantSchema schema, Func<string, bool> isDecidable)
{
    private static readonly string[] Resources = ["Substance", "Patient", "Organization", "Medication", "Location"];

    /// <summary>Every way to break one place of a resource.</summary>
    public IEnumerable<Edit> Of(Place place)
    {
        if (place.Value is JsonObject && place.Schema is not null)
            foreach (var edit in OfObject(place))
                yield return edit;
        if (place.Element is null || place.Value is null)
            yield break;
        yield return new("wrong-type", ["json-type", "type", "value"], place.Path, place.Element.Id, r => Replace(place, r, SampleValues.BadType(place.Type)));
        if (PrimitiveFormat.TryFindKind(place.Type, out var kind) && SampleValues.BadForm(kind) is { } bad)
            yield return new("wrong-form", [], place.Path, place.Element.Id, r => Replace(place, r, bad.DeepClone()));
        yield return new("null", [], place.Path, place.Element.Id, r => Replace(place, r, null));
        if (place.Value is JsonObject)
            yield return new("empty-object", ["empty-object", "cardinality-min"], place.Path, place.Element.Id, r => Replace(place, r, new JsonObject()));
        if (place.Item == 0)
            yield return new("empty-array", ["empty-array"], place.ArrayPath, place.Element.Id, r => place.OwnerIn(r)[place.Property] = new JsonArray());
        if (place.Item < 0 || place.Item == 0)
            yield return new("wrong-array", [], place.ArrayPath, place.Element.Id, r => Wrap(place, r)) { Also = [place.ArrayPath + "[0]", place.Path] };
        if (place.Type == "Reference" && TargetMutant(place, place.Element, place.Element.Id) is { } target)
            yield return target;
        if (place.Element.Binding is { Strength: BindingStrength.Required, ValueSet: { } set } && isDecidable(set) && CodeMutant(place, place.Element.Id) is { } code)
            yield return code;
    }

    private IEnumerable<Edit> OfObject(Place place)
    {
        var owner = (JsonObject)place.Value!;
        yield return new("unknown", ["unknown-element"], place.Path + ".unheardOf", place.Schema!.Path, r => ((JsonObject)place.In(r)!).Add("unheardOf", "x")) { Also = [place.Path] };
        foreach (var element in schema.Children(place.Schema!))
        {
            var step = MutantSchema.StepOf(element);
            var present = owner.Where(p => schema.Match(place.Schema!, p.Key.TrimStart('_'))?.Element == element).Select(p => p.Key).ToList();
            if (present.Count == 0)
                continue;
            if (element.Min > 0)
                yield return new("missing", [], $"{place.Path}.{step}", element.Id, r => Remove((JsonObject)place.In(r)!, present)) { Also = [place.Path] };
            if (element.Types.Length > 1 && element.Path.EndsWith("[x]", StringComparison.Ordinal) && SecondType(element, step, present) is { } second)
                yield return new("second-choice", ["choice"], $"{place.Path}.{step}", element.Id, r => ((JsonObject)place.In(r)!).Add(second.Name, second.Value.DeepClone()))
                {
                    Also = [place.Path, $"{place.Path}.{second.Name}", $"{place.Path}.{present[0]}"],
                };
        }
        if (place.Owner is null && schema.Children(place.Schema!).Any(e => e.Path.EndsWith(".modifierExtension", StringComparison.Ordinal)) && owner["modifierExtension"] is null)
            yield return new("unknown-modifier", ["extension-unknown-modifier"], place.Path + ".modifierExtension[0]", place.Type, r => r["modifierExtension"] = new JsonArray(SampleValues.Good("Extension")));
        if (place.Type == "Extension")
            foreach (var edit in OfExtension(place, owner))
                yield return edit;
    }

    private static IEnumerable<Edit> OfExtension(Place place, JsonObject owner)
    {
        var value = owner.Select(p => p.Key).FirstOrDefault(k => k.StartsWith("value", StringComparison.Ordinal));
        if (value is null && owner["extension"] is null)
            yield break;
        yield return new("extension-empty", [], place.Path, "ext-1", r => Remove((JsonObject)place.In(r)!, [value ?? "extension"])) { Also = [place.Path + ".value", place.Path + ".extension"] };
        yield return new("extension-both", [], place.Path, "ext-1", r => AddOther((JsonObject)place.In(r)!)) { Also = [place.Path + ".value", place.Path + ".extension", place.Path + ".extension[0]"] };
    }

    /// <summary>A literal reference to a type that is not allowed, or null if any is.</summary>
    public Edit? TargetMutant(Place place, ElementDefinition element, string rule)
    {
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in element.Types.Where(t => t.Code == "Reference").SelectMany(t => t.TargetProfiles))
            if (schema.Find(target) is { } profile)
                allowed.Add(profile.Type);
            else
                return null;
        if (allowed.Count == 0 || allowed.Contains("Resource"))
            return null;
        var other = Resources.FirstOrDefault(r => !allowed.Contains(r));
        return other is null ? null : new("wrong-target", ["reference-target"], place.Path, rule, r =>
        {
            var reference = (JsonObject)place.In(r)!;
            reference.Remove("type");
            reference["reference"] = other + "/x";
        })
        { Also = [place.Path + ".reference"] };
    }

    /// <summary>A code that no value set has, in the place of each code that is there.</summary>
    public static Edit? CodeMutant(Place place, string rule)
    {
        var also = place.Type switch
        {
            "code" => Array.Empty<string>(),
            "Coding" or "Quantity" => [place.Path + ".code"],
            "CodeableConcept" when place.Value is JsonObject concept && concept["coding"] is JsonArray { Count: > 0 } => [place.Path + ".coding", place.Path + ".coding[0]", place.Path + ".coding[0].code"],
            _ => null,
        };
        return also is null ? null : new("bad-code", ["binding-required"], place.Path, rule, r => SpoilCode(place, r)) { Also = also };
    }

    private static void SpoilCode(Place place, JsonNode root)
    {
        if (place.In(root) is not JsonObject value)
            Replace(place, root, "no-such-code");
        else if (value["coding"] is JsonArray codings)
            foreach (var coding in codings)
                coding!["code"] = "no-such-code";
        else
            value["code"] = "no-such-code";
    }

    private static (string Name, JsonNode Value)? SecondType(ElementDefinition element, string step, List<string> present)
    {
        foreach (var type in element.Types)
        {
            var name = step + char.ToUpperInvariant(type.Code[0]) + type.Code[1..];
            if (!present.Contains(name) && !present.Contains("_" + name) && SampleValues.Good(type.Code) is { } value)
                return (name, value);
        }
        return null;
    }

    public static void Replace(Place place, JsonNode root, JsonNode? value)
    {
        var owner = place.OwnerIn(root);
        if (place.Item < 0)
            owner[place.Property] = value;
        else
            owner[place.Property]![place.Item] = value;
    }

    private static void Wrap(Place place, JsonNode root)
    {
        var owner = place.OwnerIn(root);
        var value = owner[place.Property]!;
        owner[place.Property] = value is JsonArray items ? items[0]?.DeepClone() ?? "x" : new JsonArray(value.DeepClone());
    }

    public static void Remove(JsonObject owner, IEnumerable<string> properties)
    {
        foreach (var property in properties)
            owner.Remove(property);
    }

    private static void AddOther(JsonObject extension)
    {
        if (extension["extension"] is null)
            extension["extension"] = new JsonArray(SampleValues.Good("Extension"));
        else
            extension["valueString"] = "x";
    }
}
