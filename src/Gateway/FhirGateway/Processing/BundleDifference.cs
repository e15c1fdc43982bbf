using System.Text.Json;

namespace FhirGateway.Processing;

/// <summary>Where two bundles of one visit or patient differ: paths of FHIR elements, never a value.</summary>
internal static class BundleDifference
{
    private const int MostPaths = 50;

    /// <summary>Paths such as Encounter.class.code; "+Condition" and "-Condition" for resources that only one has. Ordered.</summary>
    public static IReadOnlyList<string> Paths(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        using var old = JsonDocument.Parse(before);
        using var now = JsonDocument.Parse(after);
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        var (left, right) = (Resources(old.RootElement), Resources(now.RootElement));
        foreach (var (id, resource) in left)
        {
            if (right.TryGetValue(id, out var other))
                Compare(id.Type, resource, other, paths);
            else
                Add(paths, "-" + id.Type);
        }

        foreach (var id in right.Keys.Where(id => !left.ContainsKey(id)))
            Add(paths, "+" + id.Type);
        return [.. paths];
    }

    /// <summary>What a message says of itself is no content.</summary>
    private static Dictionary<(string Type, string Id), JsonElement> Resources(JsonElement root)
    {
        var found = new Dictionary<(string, string), JsonElement>();
        if (root.TryGetProperty("entry", out var entries) && entries.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in entries.EnumerateArray())
            {
                if (entry.TryGetProperty("resource", out var resource))
                    Note(found, resource);
            }
        }
        else
        {
            Note(found, root);
        }

        return found;
    }

    private static void Note(Dictionary<(string, string), JsonElement> found, JsonElement resource)
    {
        var type = TextOf(resource, "resourceType");
        if (type is not ("MessageHeader" or "Provenance"))
            found[(type, TextOf(resource, "id"))] = resource;
    }

    private static string TextOf(JsonElement resource, string name) =>
        resource.ValueKind == JsonValueKind.Object && resource.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static void Compare(string path, JsonElement left, JsonElement right, SortedSet<string> paths)
    {
        if (paths.Count >= MostPaths || JsonElement.DeepEquals(left, right))
            return;
        if (left.ValueKind == JsonValueKind.Object && right.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in left.EnumerateObject().Concat(right.EnumerateObject()).Select(p => p.Name).Distinct(StringComparer.Ordinal))
            {
                var below = $"{path}.{name}";
                if (left.TryGetProperty(name, out var a) && right.TryGetProperty(name, out var b))
                    Compare(below, a, b, paths);
                else
                    Add(paths, below);
            }
        }
        else if (left.ValueKind == JsonValueKind.Array && right.ValueKind == JsonValueKind.Array && left.GetArrayLength() == right.GetArrayLength())
        {
            for (var i = 0; i < left.GetArrayLength(); i++)
                Compare(path, left[i], right[i], paths);
        }
        else
        {
            Add(paths, path);
        }
    }

    private static void Add(SortedSet<string> paths, string path)
    {
        if (paths.Count < MostPaths)
            paths.Add(path);
    }
}
