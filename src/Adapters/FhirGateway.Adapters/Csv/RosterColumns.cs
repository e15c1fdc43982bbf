using System.Collections.Frozen;
using System.Collections.Immutable;

namespace FhirGateway.Adapters.Csv;

/// <summary>The columns of each kind of table, and where they stand in a file.</summary>
internal sealed class RosterColumns
{
    private static readonly ImmutableArray<string> Person = ["family", "given", "birth_date", "sex", "zip", "mbi", "phone"];
    private static readonly ImmutableArray<string> Roster =
        ["member_id", "start", .. Person, "participant", "end", "local_id", "contract", "line_of_business", "tin", "npi", "as_of"];
    private static readonly ImmutableArray<string> Panel = ["local_id", .. Person];
    private static readonly ImmutableArray<string> OptOut = ["member_id", .. Person, "participant", "status", "date"];
    private readonly FrozenDictionary<string, int> places;

    private RosterColumns(int count, Dictionary<string, int> places)
    {
        Count = count;
        this.places = places.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Columns of the file.</summary>
    public int Count { get; }

    /// <summary>Names that a table of this kind may have.</summary>
    public static ImmutableArray<string> Of(RosterKind kind) => kind switch
    {
        RosterKind.Roster => Roster,
        RosterKind.Panel => Panel,
        _ => OptOut,
    };

    /// <summary>Finds the columns in a header; the fault names columns only, never a cell.</summary>
    public static RosterColumns? Find(
        RosterKind kind, IReadOnlyList<string> header, IReadOnlyDictionary<string, string>? map, out string? fault)
    {
        var known = Of(kind);
        fault = Check(known, map);
        if (fault is not null)
            return null;
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var name in known)
        {
            var mapped = map?.GetValueOrDefault(name);
            var wanted = (mapped ?? name).Trim();
            var at = Enumerable.Range(0, header.Count).Where(i => string.Equals(header[i], wanted, StringComparison.OrdinalIgnoreCase)).ToList();
            if (at.Count > 1)
            {
                fault = $"line 1: column '{wanted}' stands there {at.Count} times";
                return null;
            }

            if (at.Count == 1)
                found[name] = at[0];
            else if (mapped is not null)
                missing.Add($"'{wanted}' (mapped to {name})");
            else if (IsRequired(kind, name))
                missing.Add($"'{name}'");
        }

        if (missing.Count == 0)
            return new RosterColumns(header.Count, found);
        fault = $"line 1: missing column {string.Join(", ", missing)}; the first line must name the columns, known ones are {string.Join(", ", known)} "
            + "(--columns MAP.json maps them to other names)";
        return null;
    }

    public int PlaceOf(string name) => places.GetValueOrDefault(name, -1);

    private static bool IsRequired(RosterKind kind, string name) => kind switch
    {
        RosterKind.Roster => name is "member_id" or "start",
        RosterKind.Panel => name == "local_id",
        _ => name == "member_id",
    };

    private static string? Check(ImmutableArray<string> known, IReadOnlyDictionary<string, string>? map)
    {
        var unknown = map?.Keys.FirstOrDefault(k => !known.Contains(k));
        return unknown is null ? null : $"the column map names '{unknown}', which is none of {string.Join(", ", known)}";
    }
}
