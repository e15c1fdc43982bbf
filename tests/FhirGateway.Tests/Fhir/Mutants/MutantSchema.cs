using System.Text.Json.Nodes;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Reads resources with the definitions of a set of packages, independently of the compiler.</summary>
internal sealed class MutantSchema(PackageSet packages)
{
    private const string Core = "http://hl7.org/fhir/StructureDefinition/";
    private readonly Dictionary<FhirStructure, ILookup<string, ElementDefinition>> children = [];

    public PackageSet Packages => packages;

    public FhirStructure? Find(string canonical) => packages.FindStructure(canonical)?.Structure;

    public FhirStructure? TypeOf(string type) => Find(Core + type);

    /// <summary>The elements of an object, slices left out.</summary>
    public IEnumerable<ElementDefinition> Children(SchemaNode node)
    {
        if (!children.TryGetValue(node.Structure, out var lookup))
        {
            lookup = node.Structure.Snapshot.Where(e => !e.Id.Contains(':', StringComparison.Ordinal) && e.Path.Contains('.', StringComparison.Ordinal))
                .ToLookup(e => e.Path[..e.Path.LastIndexOf('.')], StringComparer.Ordinal);
            children.Add(node.Structure, lookup);
        }
        return lookup[node.Path];
    }

    /// <summary>All values of a resource, owners before what they hold.</summary>
    public List<Place> Places(JsonObject resource)
    {
        var places = new List<Place>();
        if ((string?)resource["resourceType"] is { } type && TypeOf(type) is { } structure)
            Walk(new([], type, resource, new(structure, type)) { Type = type }, places);
        return places;
    }

    /// <summary>The element and type of a property, or null.</summary>
    public (ElementDefinition Element, string Type)? Match(SchemaNode node, string property)
    {
        foreach (var element in Children(node))
        {
            var name = element.Path[(element.Path.LastIndexOf('.') + 1)..];
            if (name == property)
                return (element, element.Types.Length > 0 ? element.Types[0].Code : "BackboneElement");
            if (!name.EndsWith("[x]", StringComparison.Ordinal) || !property.StartsWith(name[..^3], StringComparison.Ordinal))
                continue;
            foreach (var type in element.Types)
                if (property.AsSpan(name.Length - 3).Equals(type.Code, StringComparison.OrdinalIgnoreCase))
                    return (element, type.Code);
        }
        return null;
    }

    /// <summary>What may be within a value of that element and type.</summary>
    public SchemaNode? Within(SchemaNode owner, ElementDefinition element, string type)
    {
        if (element.ContentReference is { } reference)
            return new(owner.Structure, reference);
        if (type is "BackboneElement" or "Element")
            return new(owner.Structure, element.Path);
        return char.IsAsciiLetterUpper(type[0]) && TypeOf(type) is { } structure ? new(structure, type) : null;
    }

    private void Walk(Place place, List<Place> places)
    {
        places.Add(place);
        if (place.Value is not JsonObject owner || place.Schema is null)
            return;
        foreach (var (property, value) in owner)
        {
            if (Match(place.Schema, property) is not { } match)
                continue;
            var step = StepOf(match.Element);
            if (value is JsonArray items)
                for (var i = 0; i < items.Count; i++)
                    WalkValue(place, property, i, items[i], $"{place.Path}.{step}[{i}]", match, places);
            else
                WalkValue(place, property, -1, value, $"{place.Path}.{step}", match, places);
        }
    }

    private void WalkValue(Place owner, string property, int item, JsonNode? value, string path, (ElementDefinition Element, string Type) match, List<Place> places)
    {
        var type = match.Type;
        var schema = Within(owner.Schema!, match.Element, type);
        if (type is "Resource" or "DomainResource" && (string?)value?["resourceType"] is { } resource && TypeOf(resource) is { } structure)
            (type, schema) = (resource, new(structure, resource));
        object[] pointer = item < 0 ? [.. owner.Pointer, property] : [.. owner.Pointer, property, item];
        Walk(new(pointer, path, value, schema) { Owner = owner, Element = match.Element, Type = type, Property = property, Item = item }, places);
    }

    /// <summary>The step of a FHIRPath that leads to an element.</summary>
    public static string StepOf(ElementDefinition element)
    {
        var name = element.Path[(element.Path.LastIndexOf('.') + 1)..];
        return name.EndsWith("[x]", StringComparison.Ordinal) ? name[..^3] : name;
    }
}
