using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using FhirGateway.Organizations;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// Reads a feed's own rows of a code table: lines of code, target and (optional) display, separated by tabs; # begins a comment.
/// A target is a code of the table's system or SYSTEM#CODE; none says that nothing in the standard means the code.
/// </summary>
public static class FeedTableReader
{
    private const int MostRows = 20_000;
    private const int LongestCode = 250;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private static readonly FrozenDictionary<(string Table, string Target), string> Targets = LoadTargets();

    /// <summary>Every fault of the table, each with its line; none if <paramref name="table"/> can be used.</summary>
    /// <param name="name">The table.</param>
    /// <param name="text">The rows.</param>
    /// <param name="table">What was read; null if there are faults.</param>
    public static ImmutableArray<string> Read(string name, string text, out FeedTable? table)
    {
        table = null;
        if (!CodeTables.All.TryGetValue(name, out var standard))
            return [$"there is no table '{name}'; the tables are {string.Join(", ", AdtTables.Names)}"];
        var faults = ImmutableArray.CreateBuilder<string>();
        var rows = ImmutableArray.CreateBuilder<FeedCode>();
        var seen = new Dictionary<string, int>(name == CodeTables.Unit.Name ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace() || line[0] == '#')
                continue;
            var cells = line.ToString().Split('\t');
            if (FaultOf(standard, cells) is { } fault)
                faults.Add($"line {number}: {fault}");
            else if (!seen.TryAdd(cells[0].Trim(), number))
                faults.Add($"line {number}: this code is in line {seen[cells[0].Trim()]} already");
            else if (rows.Count == MostRows)
                faults.Add($"line {number}: more than {MostRows} rows");
            else
                rows.Add(new FeedCode(cells[0].Trim(), cells.Length > 1 ? cells[1].Trim() : "", cells.Length > 2 && cells[2].Trim() is { Length: > 0 } display ? display : null));
            if (faults.Count >= 100)
                break;
        }

        if (rows.Count == 0 && faults.Count == 0)
            faults.Add("holds no row");
        if (faults.Count == 0)
            table = new FeedTable { Name = name, Rows = rows.ToImmutable() };
        return faults.ToImmutable();
    }

    /// <summary>What the standard shows for a target; null if it is known by its form only.</summary>
    internal static string? DisplayOf(CodeTable table, string target) =>
        Targets.TryGetValue((table.Name, target), out var display) && display.Length > 0 ? display : null;

    private static string? FaultOf(CodeTable table, string[] cells)
    {
        if (cells.Length > 3)
            return $"has {cells.Length} cells; a row is code, target and display, separated by tabs";
        var code = cells[0].Trim();
        if (code.Length is 0 or > LongestCode)
            return "has no code in its first cell, or one that is too long";
        var target = cells.Length > 1 ? cells[1].Trim() : "";
        if (target.Length == 0 || Targets.ContainsKey((table.Name, target)) || HasForm(table.TargetSystem, target))
            return null;
        return table.TargetSystem.Length == 0
            ? $"table {table.Name} has no targets: its codes stay as they are sent"
            : $"'{Shown(target)}' is no target of table {table.Name} ({table.TargetSystem})";
    }

    /// <summary>Systems that are too large or too open to list.</summary>
    private static bool HasForm(string system, string target) => system switch
    {
        CodeTables.Cdcrec => target is { Length: 6 } && target[4] == '-' && char.IsAsciiDigit(target[5]) && target.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0 && target != "2131-1",
        "http://snomed.info/sct" => target.Length is >= 6 and <= 18 && target.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0,
        "urn:ietf:bcp:47" => target.Length is >= 2 and <= 35 && !target.AsSpan().ContainsAnyExcept(Letters) && char.IsAsciiLetter(target[0]),
        CodeTables.Ucum => Fhir.Terminology.Units.UcumUnit.IsValid(target),
        CodeTables.Terminology + "v3-ReligiousAffiliation" => target.Length == 4 && target.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0,
        _ => false,
    };

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static FrozenDictionary<(string Table, string Target), string> LoadTargets()
    {
        var found = new Dictionary<(string, string), string>();
        foreach (var row in EmbeddedTable.Rows("adt-codes.tsv"))
            if (row.Length > 2)
                found.TryAdd((row[0], row[2]), row.Length > 3 ? row[3] : "");
        foreach (var row in EmbeddedTable.Rows("adt-targets.tsv"))
            found.TryAdd((row[0], row[1]), row.Length > 2 ? row[2] : "");
        return found.ToFrozenDictionary();
    }
}
