using System.Collections.Frozen;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>A v2 table: its codes, and what each means in FHIR where that is known. A user-defined table belongs to the sender, so its codes stay local.</summary>
internal sealed class CodeTable
{
    /// <summary>Stands before a code that is the sender's own.</summary>
    public const string LocalPrefix = "local:";

    private readonly FrozenDictionary<string, CodeTarget?> codes;
    private readonly FrozenDictionary<string, CodeTarget?>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <param name="number">Four digits.</param>
    /// <param name="isUserDefined">The standard only suggests values.</param>
    /// <param name="targetSystem">System of the targets.</param>
    /// <param name="rows">Lines of "code" (no target), "code target" or "code target display".</param>
    public CodeTable(string number, bool isUserDefined, string targetSystem, string rows)
    {
        Number = number;
        IsUserDefined = isUserDefined;
        TargetSystem = targetSystem;
        codes = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(row => row.Split(' ', 3))
            .ToFrozenDictionary(row => row[0], row => row.Length < 2 ? null : Target(targetSystem, row), StringComparer.OrdinalIgnoreCase);
        lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Number { get; }

    public bool IsUserDefined { get; }

    /// <summary>Of the targets that name none of their own.</summary>
    public string TargetSystem { get; }

    public bool Contains(ReadOnlySpan<char> code) => lookup.ContainsKey(code);

    public CodeTarget? Find(ReadOnlySpan<char> code) => lookup.TryGetValue(code, out var target) ? target : null;

    /// <summary>The standard code that a value means; the sender's own after "local:" where the table has none; null if nothing was sent.</summary>
    public string? MeaningOf(Hl7Value value)
    {
        var sent = value.Part(1).Code;
        if (sent.IsEmpty)
            return null;
        return Find(sent) is { } target ? target.Code : FhirElements.Clean(value.TextOf(1)) is { } own ? LocalPrefix + own : null;
    }

    /// <summary>A target may name its own system before a hash.</summary>
    private static CodeTarget Target(string system, string[] row)
    {
        var hash = row[1].LastIndexOf('#');
        return new CodeTarget(hash < 0 ? system : row[1][..hash], row[1][(hash + 1)..], row.Length > 2 ? row[2] : null);
    }
}
