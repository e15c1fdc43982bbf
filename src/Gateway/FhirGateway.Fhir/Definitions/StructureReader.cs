using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Fhir.Structure;
using static FhirGateway.Fhir.Definitions.DefinitionJson;

namespace FhirGateway.Fhir.Definitions;

/// <summary>Reads a StructureDefinition (JSON, R4).</summary>
public static class StructureReader
{
    private const string FhirPathTypes = "http://hl7.org/fhirpath/System.";
    private const string FhirTypeExtension = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
    private const string MaxValueSetExtension = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";
    private const string AdditionalBindingExtension = "http://hl7.org/fhir/tools/StructureDefinition/additional-binding";
    private const string R5AdditionalBinding = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional";

    /// <summary>The definition.</summary>
    /// <exception cref="FormatException">An element that the compiler needs is missing or has a wrong form; the message says which.</exception>
    public static FhirStructure Read(JsonElement definition) => DefinitionJson.Read(definition, "StructureDefinition", Parse);

    private static FhirStructure Parse(JsonElement definition)
    {
        var url = Text(definition, "url") ?? throw new FormatException("StructureDefinition.url is missing");
        return new()
        {
            Url = url,
            Version = Text(definition, "version"),
            Name = Text(definition, "name") ?? url[(url.LastIndexOf('/') + 1)..],
            Type = LastStep(Text(definition, "type") ?? throw new FormatException($"{url}: StructureDefinition.type is missing")),
            Kind = Text(definition, "kind") switch
            {
                "primitive-type" => StructureKind.PrimitiveType,
                "complex-type" => StructureKind.ComplexType,
                "logical" => StructureKind.Logical,
                "resource" => StructureKind.Resource,
                _ => throw new FormatException($"{url}: StructureDefinition.kind is missing or unknown"),
            },
            BaseDefinition = Text(definition, "baseDefinition"),
            IsConstraint = Text(definition, "derivation") == "constraint",
            IsAbstract = Flag(definition, "abstract"),
            Contexts = [.. Items(definition, "context")
                .Select(c => new ExtensionContext(Text(c, "type") ?? "element", Text(c, "expression") ?? ""))],
            ContextInvariants = Texts(definition, "contextInvariant"),
            Snapshot = Elements(definition, "snapshot", url),
            Differential = Elements(definition, "differential", url),
        };
    }

    private static ImmutableArray<ElementDefinition> Elements(JsonElement definition, string part, string url)
    {
        if (Member(definition, part) is not { } holder)
            return [];
        var elements = ImmutableArray.CreateBuilder<ElementDefinition>();
        foreach (var element in Items(holder, "element"))
            elements.Add(WithIdOfResource(Element(element, url, elements.Count == 0 ? "" : elements[^1].Id), definition));
        return elements.ToImmutable();
    }

    /// <summary>An id for an element that was given none: that of its path, in the slices of the element before it (elementdefinition.html#id).</summary>
    private static string IdOf(string path, string? slice, string before)
    {
        var (steps, given) = (path.Split('.'), before.Split('.'));
        for (var i = 0; i < steps.Length - 1 && i < given.Length && given[i].Split(':')[0] == steps[i]; i++)
            steps[i] = given[i];
        return string.Join('.', steps) + (slice is null ? "" : ":" + slice);
    }

    /// <summary>Resource.id has the type id (http://hl7.org/fhir/R4/resource.html#id); the definitions of 4.0.1 call it a string by mistake.</summary>
    private static ElementDefinition WithIdOfResource(ElementDefinition element, JsonElement definition) =>
        element is { Types: [{ Code: "string" } type] } && element.Path.EndsWith(".id", StringComparison.Ordinal)
            && element.Path.AsSpan().Count('.') == 1 && Text(definition, "kind") == "resource"
            ? element with { Types = [type with { Code = "id" }] }
            : element;

    private static ElementDefinition Element(JsonElement element, string url, string before)
    {
        var path = Text(element, "path") ?? throw new FormatException($"{url}: ElementDefinition.path is missing");
        var slice = Text(element, "sliceName");
        return new()
        {
            Id = Text(element, "id") ?? IdOf(path, slice, before),
            Path = path,
            SliceName = slice,
            Min = Number(element, "min", path),
            Max = Text(element, "max") is { } max ? Max(max, path) : null,
            Types = [.. Items(element, "type").Select(Type)],
            ContentReference = Text(element, "contentReference") is { } reference ? Path(reference[(reference.IndexOf('#') + 1)..]) : null,
            Fixed = Value(element, "fixed"),
            Pattern = Value(element, "pattern"),
            MinValue = Value(element, "minValue"),
            MaxValue = Value(element, "maxValue"),
            MaxLength = Number(element, "maxLength", path),
            Binding = Member(element, "binding") is { } binding ? Binding(binding) : null,
            Slicing = Member(element, "slicing") is { } slicing ? Slicing(slicing) : null,
            Constraints = [.. Items(element, "constraint").Select(Constraint)],
            MustSupport = Flag(element, "mustSupport"),
            IsModifier = Flag(element, "isModifier"),
            IsXmlAttribute = Texts(element, "representation").Contains("xmlAttr"),
        };
    }

    private static ElementType Type(JsonElement type)
    {
        var code = Text(type, "code") ?? "";
        if (code.StartsWith(FhirPathTypes, StringComparison.Ordinal))
            code = Extension(type, FhirTypeExtension) is { } extension
                ? Text(extension, "valueUrl") ?? Text(extension, "valueUri") ?? "string"
                : char.ToLowerInvariant(code[FhirPathTypes.Length]) + code[(FhirPathTypes.Length + 1)..];
        return new(LastStep(code), Texts(type, "profile"), Texts(type, "targetProfile")) { Aggregations = Texts(type, "aggregation") };
    }

    private static ElementBinding Binding(JsonElement binding) => new(
        Text(binding, "strength") switch
        {
            "required" => BindingStrength.Required,
            "extensible" => BindingStrength.Extensible,
            "preferred" => BindingStrength.Preferred,
            _ => BindingStrength.Example,
        },
        Text(binding, "valueSet"))
    {
        MaxValueSet = Extension(binding, MaxValueSetExtension) is { } max ? Text(max, "valueCanonical") ?? Text(max, "valueUri") : null,
        Additional = [.. Items(binding, "extension").Where(e => Text(e, "url") is AdditionalBindingExtension or R5AdditionalBinding).Select(Additional)],
    };

    private static (string Purpose, string ValueSet) Additional(JsonElement extension)
    {
        var parts = Items(extension, "extension").ToList();
        return (
            parts.Where(p => Text(p, "url") == "purpose").Select(p => Text(p, "valueCode")).FirstOrDefault() ?? "",
            parts.Where(p => Text(p, "url") == "valueSet").Select(p => Text(p, "valueCanonical")).FirstOrDefault() ?? "");
    }

    private static ElementSlicing Slicing(JsonElement slicing) => new(
        Text(slicing, "rules") switch
        {
            "closed" => SlicingRules.Closed,
            "openAtEnd" => SlicingRules.OpenAtEnd,
            _ => SlicingRules.Open,
        },
        Flag(slicing, "ordered"),
        [.. Items(slicing, "discriminator").Select(d => new SliceDiscriminator(Text(d, "type") ?? "value", Text(d, "path") ?? "$this"))]);

    private static ElementConstraint Constraint(JsonElement constraint) => new(
        Text(constraint, "key") ?? "", Text(constraint, "severity") != "warning", Text(constraint, "human") ?? "", Text(constraint, "expression"));

    private static ElementValue? Value(JsonElement element, string prefix)
    {
        foreach (var property in element.EnumerateObject())
            if (property.Name.Length > prefix.Length && property.Name.StartsWith(prefix, StringComparison.Ordinal)
                && char.IsAsciiLetterUpper(property.Name[prefix.Length]))
                return new(TypeName(property.Name[prefix.Length..]), JsonMinimizer.Minimize(property.Value));
        return null;
    }

    /// <summary>valueQuantity has the type Quantity, valueDateTime the type dateTime.</summary>
    private static string TypeName(string suffix)
    {
        var primitive = char.ToLowerInvariant(suffix[0]) + suffix[1..];
        return PrimitiveFormat.TryFindKind(primitive, out _) ? primitive : suffix;
    }

    private static int Max(string max, string path) =>
        max == "*" ? ElementDefinition.Unbounded
        : int.TryParse(max, out var number) && number >= 0 ? number
        : throw new FormatException($"{path}: ElementDefinition.max is neither a number nor *");

    /// <summary>An id without the names of slices: some published snapshots name the last slice where they mean the element.</summary>
    private static string Path(string id) =>
        id.Contains(':', StringComparison.Ordinal) ? string.Join('.', id.Split('.').Select(s => s.Split(':')[0])) : id;

    private static string LastStep(string type) => type[(type.LastIndexOf('/') + 1)..];
}
