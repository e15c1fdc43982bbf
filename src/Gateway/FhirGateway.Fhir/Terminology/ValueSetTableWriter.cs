using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>
/// Writes value sets and code systems as a table that a person can read and diff; <see cref="ValueSetTableReader"/> reads it.
/// Columns are parted by tabs. Blocks: <c>system</c> with its concepts, <c>list</c> with codes that one or more sets share,
/// <c>set</c> with its includes, excludes and expansion. A list is named after the first set that uses it; <c>*url|version</c>
/// stands for all concepts of a system of the same table.
/// </summary>
public sealed class ValueSetTableWriter
{
    private readonly TextWriter writer;
    private readonly Dictionary<string, string> lists = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private ValueSetTableWriter(TextWriter writer) => this.writer = writer;

    /// <summary>Writes the table, in the order given.</summary>
    /// <param name="sets">Value sets, each URL once.</param>
    /// <param name="systems">Code systems, each URL once.</param>
    /// <param name="writer">Where to; lines end with a line feed.</param>
    public static void Write(IEnumerable<FhirValueSet> sets, IEnumerable<FhirCodeSystem> systems, TextWriter writer)
    {
        var table = new ValueSetTableWriter(writer);
        foreach (var system in systems)
            table.Write(system);
        foreach (var set in sets)
            table.Write(set);
    }

    private void Write(FhirCodeSystem system)
    {
        Row("system", system.Url, system.Version, system.Name, system.Content, system.IsCaseSensitive ? "case" : null, system.Supplements);
        var path = new List<int>();
        for (var i = 0; i < system.Concepts.Length; i++)
        {
            var concept = system.Concepts[i];
            var depth = concept.Parent < 0 ? 0 : path.LastIndexOf(concept.Parent) + 1;
            var isNested = concept.Parent < 0 || depth > 0;
            var under = isNested
                ? depth == 0 ? null : depth.ToString(CultureInfo.InvariantCulture)
                : "@" + concept.Parent.ToString(CultureInfo.InvariantCulture);
            path.RemoveRange(depth, path.Count - depth);
            path.Add(i);
            Row(["", concept.Code, concept.Display, under, .. concept.Properties.Select(Property), .. concept.Designations.Select(d => "d:" + d)]);
        }
        if (system.Concepts.Length > 0)
            lists.TryAdd(Content(system.Concepts.Select(c => (c.Code, c.Display))), "*" + system);
    }

    private static string Property((string Code, string Value) property) =>
        "p:" + property.Code.Replace("%", "%25", StringComparison.Ordinal).Replace("=", "%3D", StringComparison.Ordinal) + "=" + property.Value;

    private void Write(FhirValueSet set)
    {
        var includes = set.Includes.Select(i => List(i.Concepts, set.Name)).ToList();
        var excludes = set.Excludes.Select(i => List(i.Concepts, set.Name)).ToList();
        var runs = set.Expansion.IsDefault ? [] : Runs(set.Expansion).Select(r => (r.System, List(r.Codes, set.Name))).ToList();
        Row("set", set.Url, set.Version, set.Name);
        for (var i = 0; i < includes.Count; i++)
            Write("include", set.Includes[i], includes[i]);
        for (var i = 0; i < excludes.Count; i++)
            Write("exclude", set.Excludes[i], excludes[i]);
        if (!set.Expansion.IsDefault && runs.Count == 0)
            Row("expansion");
        foreach (var (system, list) in runs)
            Row("expansion", system, list);
    }

    private void Write(string kind, ValueSetInclude part, string? list)
    {
        Row(kind, part.System, part.Version, list);
        foreach (var (property, op, value) in part.Filters)
            Row("filter", property, op, value);
        foreach (var canonical in part.ValueSets)
            Row("import", canonical);
    }

    /// <summary>The name of the list of these codes, which is written if it is new.</summary>
    private string? List(ImmutableArray<(string Code, string? Display)> codes, string set)
    {
        if (codes.IsEmpty)
            return null;
        var content = Content(codes);
        if (lists.TryGetValue(content, out var known))
            return known;
        var first = set.TrimStart('*') is { Length: > 0 } own ? own : "list";
        var name = first;
        for (var n = 2; !names.Add(name); n++)
            name = first + "." + n.ToString(CultureInfo.InvariantCulture);
        lists.Add(content, name);
        Row("list", name);
        foreach (var (code, display) in codes)
            Row("", code, display);
        return name;
    }

    private static string Content(IEnumerable<(string Code, string? Display)> codes) =>
        string.Join('\n', codes.Select(c => TableText.Escape(c.Code) + "\t" + TableText.Escape(c.Display)));

    private static List<(string System, ImmutableArray<(string Code, string? Display)> Codes)> Runs(ImmutableArray<CodedConcept> expansion)
    {
        var runs = new List<(string, ImmutableArray<(string, string?)>)>();
        for (var start = 0; start < expansion.Length;)
        {
            var system = expansion[start].System;
            var end = start;
            while (end < expansion.Length && expansion[end].System == system)
                end++;
            runs.Add((system, [.. expansion[start..end].Select(c => (c.Code, c.Display))]));
            start = end;
        }
        return runs;
    }

    private void Row(params ReadOnlySpan<string?> columns)
    {
        var last = columns.Length;
        while (last > 1 && columns[last - 1] is null)
            last--;
        for (var i = 0; i < last; i++)
        {
            if (i > 0)
                writer.Write('\t');
            if (columns[i] is { } column && !(i == 0 && column.Length == 0))
                writer.Write(TableText.Escape(column));
        }
        writer.Write('\n');
    }
}
