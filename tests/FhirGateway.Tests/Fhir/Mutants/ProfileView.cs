using System.Text.Json.Nodes;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>A resource seen through a profile: which values an element of the profile, a slice among them, is about.</summary>
internal sealed class ProfileView(MutantSchema schema, FhirStructure profile)
{
    private readonly Dictionary<string, ElementDefinition> elements = profile.Snapshot.DistinctBy(e => e.Id).ToDictionary(e => e.Id, StringComparer.Ordinal);

    public FhirStructure Profile => profile;

    public ElementDefinition? Element(string id) => elements.GetValueOrDefault(id);

    /// <summary>The id of the element that holds another, without its last step; null for the root.</summary>
    public static string? OwnerId(string id) => id.LastIndexOf('.') is >= 0 and var dot ? id[..dot] : null;

    /// <summary>The values of an element under the root, or null where it cannot be told which they are.</summary>
    public List<Place>? Values(string id, Place root)
    {
        if (OwnerId(id) is not { } ownerId)
            return [root];
        var owners = Values(ownerId, root);
        if (owners is null)
            return null;
        var values = new List<Place>();
        foreach (var owner in owners)
            if (!Add(owner, id, values))
                return null;
        return values;
    }

    /// <summary>The values of an element within one value of its owner.</summary>
    public List<Place>? ValuesWithin(string id, Place owner)
    {
        var values = new List<Place>();
        return Add(owner, id, values) ? values : null;
    }

    private bool Add(Place owner, string id, List<Place> values)
    {
        if (owner.Value is not JsonObject holder || owner.Schema is null)
            return true;
        var step = id[(id.LastIndexOf('.') + 1)..];
        var colon = step.IndexOf(':', StringComparison.Ordinal);
        var slice = colon < 0 ? null : step[(colon + 1)..];
        var name = colon < 0 ? step : step[..colon];
        if (slice is not null && slice.Contains('/', StringComparison.Ordinal))
            return false;
        var isChoice = name.EndsWith("[x]", StringComparison.Ordinal);
        foreach (var (property, node) in holder)
        {
            if (isChoice ? !property.StartsWith(name[..^3], StringComparison.Ordinal) : property != name)
                continue;
            if (schema.Match(owner.Schema, property) is not { } match || (isChoice && !match.Element.Path.EndsWith("[x]", StringComparison.Ordinal)))
                continue;
            var path = $"{owner.Path}.{MutantSchema.StepOf(match.Element)}";
            if (isChoice && slice is not null && property != slice && elements[id].Types.All(t => t.Code != match.Type))
                continue;
            if (node is not JsonArray items)
            {
                values.Add(Of(owner, property, -1, node, path, match));
                continue;
            }
            for (var i = 0; i < items.Count; i++)
            {
                var place = Of(owner, property, i, items[i], $"{path}[{i}]", match);
                if (slice is not null && !isChoice && IsInSlice(place, id) is not { } isIn)
                    return false;
                else if (slice is null || isChoice || IsInSlice(place, id) == true)
                    values.Add(place);
            }
        }
        return true;
    }

    /// <summary>What tells the items of a slice from others: a path from the item, and JSON; null where it is not known here.</summary>
    public (string[] Path, JsonNode Value)? Mark(string sliceId) =>
        Element(sliceId[..sliceId.LastIndexOf(':')])?.Slicing is { Discriminators: [{ Type: "value" or "pattern" } first, ..] } && Wanted(sliceId, first.Path) is [var mark, ..] ? mark : null;

    private Place Of(Place owner, string property, int item, JsonNode? value, string path, (ElementDefinition Element, string Type) match) =>
        new(item < 0 ? [.. owner.Pointer, property] : [.. owner.Pointer, property, item], path, value, schema.Within(owner.Schema!, match.Element, match.Type))
        {
            Owner = owner,
            Element = match.Element,
            Type = match.Type,
            Property = property,
            Item = item,
        };

    /// <summary>Whether an item belongs to a slice; null where the discriminators are of a kind that is not read here.</summary>
    private bool? IsInSlice(Place item, string sliceId)
    {
        if (Element(sliceId[..sliceId.LastIndexOf(':')])?.Slicing is not { Discriminators.Length: > 0 } slicing)
            return null;
        foreach (var discriminator in slicing.Discriminators)
        {
            if (discriminator.Type is not ("value" or "pattern"))
                return null;
            var wanted = Wanted(sliceId, discriminator.Path);
            if (wanted is null)
                return null;
            foreach (var (path, value) in wanted)
                if (!Holds(item.Value, path, value))
                    return false;
        }
        return true;
    }

    /// <summary>What the elements of a slice fix at a discriminator: path from the item, and JSON.</summary>
    private List<(string[] Path, JsonNode Value)>? Wanted(string sliceId, string path)
    {
        var wanted = new List<(string[], JsonNode)>();
        if (path == "url" && elements[sliceId].Types is [{ Code: "Extension", Profiles: [var extension, ..] }])
            return [(["url"], extension.Split('|')[0])];
        var prefix = path == "$this" ? sliceId : sliceId + "." + path;
        foreach (var element in profile.Snapshot)
        {
            var isWithin = element.Id == prefix || (element.Id.StartsWith(prefix, StringComparison.Ordinal) && element.Id[prefix.Length] == '.');
            var isAbove = prefix.StartsWith(element.Id + ".", StringComparison.Ordinal) && element.Id.StartsWith(sliceId, StringComparison.Ordinal);
            if ((element.Fixed ?? element.Pattern) is not { } value || !(isWithin || isAbove))
                continue;
            var steps = element.Id == sliceId ? [] : element.Id[(sliceId.Length + 1)..].Split('.').Select(s => s.Split(':')[0]).ToArray();
            wanted.Add((steps, JsonNode.Parse(value.Json)!));
        }
        return wanted.Count == 0 ? null : wanted;
    }

    private static bool Holds(JsonNode? node, ReadOnlySpan<string> path, JsonNode wanted)
    {
        if (node is JsonArray items && !(path.IsEmpty && wanted is JsonArray))
        {
            foreach (var item in items)
                if (Holds(item, path, wanted))
                    return true;
            return false;
        }
        return path.IsEmpty ? Matches(node, wanted) : node is JsonObject owner && Holds(owner[path[0]], path[1..], wanted);
    }

    /// <summary>Whether a value has all that a pattern has (elementdefinition.html, pattern[x]).</summary>
    public static bool Matches(JsonNode? node, JsonNode? pattern) => pattern switch
    {
        JsonObject wanted => node is JsonObject owner && wanted.All(p => Matches(owner[p.Key], p.Value)),
        JsonArray wanted => node is JsonArray items && wanted.All(w => items.Any(i => Matches(i, w))),
        _ => node is not null && JsonNode.DeepEquals(node, pattern),
    };
}
