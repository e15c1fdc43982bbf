using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Reads a table that <see cref="ValueSetTableWriter"/> wrote. Only the headings are read at once; a set or a system is read when it is first asked for.</summary>
public sealed class ValueSetTableReader
{
    private readonly string text;
    private readonly Dictionary<string, Lazy<ImmutableArray<(string, string?)>>> lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lazy<FhirValueSet>> sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lazy<FhirCodeSystem>> systems = new(StringComparer.Ordinal);

    private ValueSetTableReader(string text) => this.text = text;

    /// <summary>The value sets and code systems of a table, by URL.</summary>
    /// <param name="text">The table.</param>
    /// <exception cref="FormatException">A heading cannot be read, here; the rest of a block, when it is first asked for. The message names the line.</exception>
    public static (IReadOnlyDictionary<string, Lazy<FhirValueSet>> ValueSets, IReadOnlyDictionary<string, Lazy<FhirCodeSystem>> CodeSystems) Read(string text)
    {
        var reader = new ValueSetTableReader(text);
        for (var at = 0; at < text.Length; at = reader.LineEnd(at) + 1)
            reader.AddHeading(at);
        return (reader.sets, reader.systems);
    }

    private void AddHeading(int at)
    {
        var line = Line(at);
        if (line.IsEmpty || line[0] is '\t' or '#')
            return;
        var isNew = TableText.Take(ref line) switch
        {
            "set" => sets.TryAdd(Name(at), new(() => Guard(at, ReadSet))),
            "list" => lists.TryAdd(Name(at), new(() => Guard(at, ReadList))),
            "system" => AddSystem(at),
            "include" or "exclude" or "filter" or "import" or "expansion" => true,
            var kind => throw Fault(at, $"'{kind}' is no kind of row"),
        };
        if (!isNew)
            throw Fault(at, $"{Name(at)} is there twice");
    }

    private bool AddSystem(int at)
    {
        var columns = Guard(at, Columns);
        var url = Name(at);
        var system = new Lazy<FhirCodeSystem>(() => Guard(at, ReadSystem));
        lists.TryAdd("*" + (columns.Length > 2 && columns[2] is { } version ? url + "|" + version : url), new(() => [.. system.Value.Concepts.Select(c => (c.Code, c.Display))]));
        return systems.TryAdd(url, system);
    }

    private string Name(int at) => Guard(at, a => Required(Columns(a), 1, "name"));

    private FhirValueSet ReadSet(int at)
    {
        var heading = Columns(at);
        var includes = new List<ValueSetInclude>();
        var excludes = new List<ValueSetInclude>();
        var last = includes;
        List<CodedConcept>? expansion = null;
        for (at = LineEnd(at) + 1; at < text.Length && Columns(at) is var row && row[0] is "include" or "exclude" or "filter" or "import" or "expansion"; at = LineEnd(at) + 1)
        {
            if (row[0] is "include" or "exclude")
                (last = row[0] == "include" ? includes : excludes).Add(Part(row));
            else if (row[0] is "expansion")
                (expansion ??= []).AddRange(row.Length == 1 ? [] : List(row, 2).Select(c => new CodedConcept(row[1] ?? "", c.Code, c.Display)));
            else if (last.Count == 0)
                throw new FormatException($"a row '{row[0]}' belongs to no include");
            else
                last[^1] = Add(last[^1], row);
        }
        return new()
        {
            Url = Required(heading, 1, "url"),
            Version = At(heading, 2),
            Name = At(heading, 3) ?? "",
            Includes = [.. includes],
            Excludes = [.. excludes],
            Expansion = expansion is null ? default : [.. expansion],
        };
    }

    private ValueSetInclude Part(string?[] row) => new()
    {
        System = At(row, 1),
        Version = At(row, 2),
        Concepts = At(row, 3) is null ? [] : List(row, 3),
    };

    private static ValueSetInclude Add(ValueSetInclude part, string?[] row) => row[0] == "import"
        ? part with { ValueSets = part.ValueSets.Add(Required(row, 1, "canonical")) }
        : part with { Filters = part.Filters.Add((At(row, 1) ?? "", At(row, 2) ?? "", At(row, 3) ?? "")) };

    private ImmutableArray<(string Code, string? Display)> List(string?[] row, int column)
    {
        var name = Required(row, column, "list");
        return lists.TryGetValue(name, out var list) ? list.Value : throw new FormatException($"the list {name} is not in the table");
    }

    private ImmutableArray<(string, string?)> ReadList(int at)
    {
        var codes = ImmutableArray.CreateBuilder<(string, string?)>();
        for (at = LineEnd(at) + 1; at < text.Length && text[at] == '\t'; at = LineEnd(at) + 1)
        {
            var row = Columns(at);
            codes.Add((Required(row, 1, "code"), At(row, 2)));
        }
        return codes.ToImmutable();
    }

    private FhirCodeSystem ReadSystem(int at)
    {
        var heading = Columns(at);
        var concepts = ImmutableArray.CreateBuilder<CodeSystemConcept>();
        var path = new List<int>();
        for (at = LineEnd(at) + 1; at < text.Length && text[at] == '\t'; at = LineEnd(at) + 1)
            concepts.Add(Concept(Columns(at), concepts.Count, path));
        return new()
        {
            Url = Required(heading, 1, "url"),
            Version = At(heading, 2),
            Name = At(heading, 3) ?? "",
            Content = Required(heading, 4, "content"),
            IsCaseSensitive = At(heading, 5) == "case",
            Supplements = At(heading, 6),
            Concepts = concepts.ToImmutable(),
        };
    }

    private static CodeSystemConcept Concept(string?[] row, int index, List<int> path)
    {
        var (depth, parent) = Place(At(row, 3), index, path);
        path.RemoveRange(depth, path.Count - depth);
        path.Add(index);
        var rest = row.Length > 4 ? row[4..] : [];
        return new(Required(row, 1, "code"), At(row, 2), parent)
        {
            Properties = [.. rest.Where(c => c!.StartsWith("p:", StringComparison.Ordinal)).Select(c => Property(c!))],
            Designations = [.. rest.Where(c => c!.StartsWith("d:", StringComparison.Ordinal)).Select(c => c![2..])],
        };
    }

    private static (int Depth, int Parent) Place(string? column, int index, List<int> path)
    {
        if (column is null)
            return (0, -1);
        var isIndex = column[0] == '@';
        if (!int.TryParse(column.AsSpan(isIndex ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= (isIndex ? index : path.Count + 1) || (!isIndex && number == 0))
            throw new FormatException("the place of a concept in the hierarchy is not a depth");
        return isIndex ? (0, number) : (number, path[number - 1]);
    }

    private static (string, string) Property(string column)
    {
        var equal = column.IndexOf('=', StringComparison.Ordinal);
        return equal < 0
            ? throw new FormatException("a property has no value")
            : (column[2..equal].Replace("%3D", "=", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal), column[(equal + 1)..]);
    }

    private string?[] Columns(int at)
    {
        var columns = new List<string?>();
        var line = Line(at);
        for (var isLast = false; !isLast;)
            columns.Add(TableText.Unescape(TableText.Take(ref line, out isLast)));
        return [.. columns];
    }

    private static string? At(string?[] row, int column) => column < row.Length ? row[column] : null;

    private static string Required(string?[] row, int column, string what) => At(row, column) ?? throw new FormatException($"the column '{what}' is missing");

    private T Guard<T>(int at, Func<int, T> read)
    {
        try
        {
            return read(at);
        }
        catch (FormatException e) when (!e.Message.StartsWith("line ", StringComparison.Ordinal))
        {
            throw Fault(at, e.Message);
        }
    }

    private FormatException Fault(int at, string what) => new($"line {text.AsSpan(0, at).Count('\n') + 1}: {what}");

    private ReadOnlySpan<char> Line(int at) => text.AsSpan(at, LineEnd(at) - at);

    private int LineEnd(int at) => text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;
}
