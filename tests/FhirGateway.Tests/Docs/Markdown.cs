using System.Text.RegularExpressions;
using FhirGateway.Tests.Architecture;

namespace FhirGateway.Tests.Docs;

/// <summary>One of the repository's documents.</summary>
/// <param name="Path">Relative to the repository.</param>
internal sealed partial record Markdown(string Path)
{
    private readonly string[] lines = File.ReadAllLines(System.IO.Path.Combine(Repository.Root, Path));

    public string Text => string.Join('\n', lines);

    /// <summary>The README and everything below docs.</summary>
    public static IEnumerable<Markdown> All() =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(f => new Markdown(Repository.Relative(f))).OrderBy(d => d.Path, StringComparer.Ordinal).Prepend(new Markdown("README.md"));

    /// <summary>The rows of the tables whose header begins with these columns, cells trimmed.</summary>
    public IEnumerable<string[]> Rows(params string[] columns)
    {
        var isInside = false;
        foreach (var line in lines)
        {
            var cells = line.StartsWith('|') ? line.Trim().Trim('|').Split('|').Select(c => c.Trim()).ToArray() : [];
            if (cells.Length == 0)
                isInside = false;
            else if (cells.Take(columns.Length).SequenceEqual(columns))
                isInside = true;
            else if (isInside && !cells[0].StartsWith("---", StringComparison.Ordinal))
                yield return cells;
        }
    }

    /// <summary>Targets of its links.</summary>
    public IEnumerable<string> Links() => Link().Matches(Text).Select(m => m.Groups["to"].Value);

    /// <summary>Names that a link can jump to: anchors and headings.</summary>
    public IReadOnlySet<string> Anchors() => Anchor().Matches(Text).Select(m => m.Groups["id"].Value)
        .Concat(lines.Where(l => l.StartsWith('#')).Select(l => Slug(l.TrimStart('#').Trim()))).ToHashSet(StringComparer.Ordinal);

    private static string Slug(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex("<a id=\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Anchor();
}
