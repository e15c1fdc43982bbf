namespace FhirGateway.Tests.Docs;

/// <summary>
/// The mappings and lists of a YAML file as paths, for the plain part of YAML that our files use: two spaces a level, lists of
/// scalars, no anchors. A line that it cannot place is an error.
/// </summary>
internal sealed class YamlOutline
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> items = new(StringComparer.Ordinal);

    public YamlOutline(string text)
    {
        var path = new List<string>();
        var folded = int.MaxValue;
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0 && !l.TrimStart().StartsWith('#')))
        {
            var indent = line.Length - line.TrimStart().Length;
            if (indent > folded)
                continue;
            folded = int.MaxValue;
            var content = line.TrimStart();
            var level = indent / 2;
            if (content.StartsWith("- ", StringComparison.Ordinal))
            {
                Items(string.Join('/', path.Take(level))).Add(content[2..]);
                continue;
            }

            var colon = content.IndexOf(':', StringComparison.Ordinal);
            if (indent % 2 != 0 || colon < 1 || level > path.Count)
                throw new FormatException("not in the plain part of YAML: " + line);
            path.RemoveRange(level, path.Count - level);
            path.Add(content[..colon]);
            var value = content[(colon + 1)..].Trim();
            var name = string.Join('/', path);
            values.Add(name, value.Trim('\''));
            if (value is ">-" or "|")
                folded = indent;
            else if (value.StartsWith('['))
                Items(name).AddRange(value.Trim('[', ']').Split(',').Select(i => i.Trim()));
        }
    }

    public string Value(string path) => values[path];

    /// <summary>The entries of a list.</summary>
    public IReadOnlyList<string> List(string path) => items[path];

    /// <summary>The names in a mapping.</summary>
    public IEnumerable<string> Names(string path) =>
        values.Keys.Where(k => k.StartsWith(path + "/", StringComparison.Ordinal)).Select(k => k[(path.Length + 1)..]).Where(k => !k.Contains('/'));

    /// <summary>Whether a reference of this file (#/a/b) has a target.</summary>
    public bool Has(string reference) => values.ContainsKey(reference.TrimStart('#', '/'));

    /// <summary>Every $ref.</summary>
    public IEnumerable<string> References() => values.Where(v => v.Key.EndsWith("/$ref", StringComparison.Ordinal)).Select(v => v.Value)
        .Concat(items.Values.SelectMany(i => i).Where(i => i.StartsWith("$ref: ", StringComparison.Ordinal)).Select(i => i[6..].Trim('\'')));

    private List<string> Items(string path) => items.TryGetValue(path, out var list) ? list : items[path] = [];
}
