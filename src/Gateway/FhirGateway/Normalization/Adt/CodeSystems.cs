using System.Collections.Frozen;

namespace FhirGateway.Normalization.Adt;

/// <summary>Canonical URIs of the code systems that v2 names by table 0396, from code-systems.tsv. A name that is not there becomes a system of the source's own.</summary>
internal static class CodeSystems
{
    private static readonly FrozenDictionary<string, string> Known =
        EmbeddedTable.Rows("code-systems.tsv").ToFrozenDictionary(row => row[0], row => row[1], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The system of a code as sent: a standard one, the v2 table if the code is in it, else one of the source's own. Null if nothing says whose it is.</summary>
    /// <param name="scope">The message.</param>
    /// <param name="name">The third component: a name of table 0396.</param>
    /// <param name="code">The code.</param>
    /// <param name="table">The table of the field, as the feed has it; null if it has none.</param>
    /// <param name="location">The field.</param>
    public static string? Of(AdtScope scope, ReadOnlySpan<char> name, ReadOnlySpan<char> code, CodeTable? table, string location)
    {
        if (!name.IsEmpty && Lookup.TryGetValue(name, out var system))
            return system;
        if (name.Length > 4 && name[1] == '.' && IdentifierSystems.IsOid(name))
            return Fhir.Normalization.CodeSystemAliases.Canonical($"urn:oid:{name}");
        var isTable = table is not null && (name.IsEmpty || (table.Number.Length > 0 && TableNumber(name).SequenceEqual(table.Number)));
        var entry = table?.EntryOf(code, name);
        if (isTable && entry is not null && !table!.IsUserDefined)
            return table.StandardSystem;
        if (entry is null && table is { ExpectsMapping: true })
            scope.Report(AdtIssueCodes.UnmappedCode, location);
        if (isTable && table!.Number.Length > 0)
            return $"urn:fhir-gateway:table:{scope.Source}:{table.Number}";
        if (name.IsEmpty)
            return null;
        return TableNumber(name) is { IsEmpty: false } number
            ? $"urn:fhir-gateway:table:{scope.Source}:{number}"
            : $"urn:fhir-gateway:codes:{scope.Source}:{Uri.EscapeDataString(name)}";
    }

    /// <summary>The URI for a name of table 0396; null if it is none that is known. HL7nnnn is handled with the tables.</summary>
    public static string? Find(ReadOnlySpan<char> name) => Lookup.TryGetValue(name, out var system) ? system : null;

    /// <summary>By table 0396: L, and 99 with what the sender calls its own. A code of such a system only looks like one of the standard.</summary>
    public static bool IsLocal(ReadOnlySpan<char> name) =>
        name.Equals("L", StringComparison.OrdinalIgnoreCase) || name.Equals("LOCAL", StringComparison.OrdinalIgnoreCase) || name.StartsWith("99", StringComparison.Ordinal);

    /// <summary>The table number of HL7nnnn; empty if it is none.</summary>
    private static ReadOnlySpan<char> TableNumber(ReadOnlySpan<char> name) =>
        name.Length == 7 && name.StartsWith("HL7", StringComparison.OrdinalIgnoreCase) && name[3..].IndexOfAnyExceptInRange('0', '9') < 0 ? name[3..] : [];
}
