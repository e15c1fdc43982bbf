using System.Collections.Frozen;
using System.Collections.Immutable;
using FhirGateway.Organizations;

namespace FhirGateway.Normalization.Adt;

/// <summary>The code tables of one feed: the built-in ones, with the feed's own rows over them.</summary>
public sealed class AdtTables
{
    public static readonly AdtTables Standard = new(FrozenDictionary<string, CodeTable>.Empty);

    private readonly FrozenDictionary<string, CodeTable> own;

    private AdtTables(FrozenDictionary<string, CodeTable> own) => this.own = own;

    /// <summary>Names of all tables.</summary>
    public static ImmutableArray<string> Names { get; } = [.. CodeTables.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A table of a name that is not known (any more) is passed over: the verb refused it, and a message must not fail by it.</summary>
    public static AdtTables Of(ImmutableArray<FeedTable> tables)
    {
        if (tables.IsEmpty)
            return Standard;
        var made = new Dictionary<string, CodeTable>(StringComparer.Ordinal);
        foreach (var table in tables)
            if (CodeTables.All.TryGetValue(table.Name, out var standard))
                made[table.Name] = new CodeTable(
                    standard.Name, standard.Number, standard.IsUserDefined, standard.TargetSystem,
                    [.. standard.Entries, .. table.Rows.Select(row => new CodeEntry(row.Code, TargetOf(standard, row), IsOfFeed: true))]);
        return new AdtTables(made.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The built-in rows of a table, in the form of a feed's own; empty if there is no such table.</summary>
    public static ImmutableArray<FeedCode> BuiltIn(string name) => CodeTables.All.TryGetValue(name, out var table)
        ? [.. table.Entries.Select(e => new FeedCode(
            e.Code, e.Target is not { } t ? "" : t.System == table.TargetSystem ? t.Code : $"{t.System}#{t.Code}", e.Target?.Display))]
        : [];

    internal CodeTable Of(CodeTable standard) => own.Count > 0 && own.TryGetValue(standard.Name, out var mine) ? mine : standard;

    private static CodeTarget? TargetOf(CodeTable table, FeedCode row) =>
        CodeTables.Target(table.TargetSystem, row.Target, row.Display ?? FeedTableReader.DisplayOf(table, row.Target));
}
