using System.Collections.Frozen;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>A v2 table: its codes, and what each means in FHIR where that is known. A user-defined table belongs to the sender, so its codes stay local.</summary>
internal sealed class CodeTable
{
    /// <summary>Stands before a code that is the sender's own.</summary>
    public const string LocalPrefix = "local:";

    private readonly FrozenDictionary<string, CodeEntry> codes;
    private readonly FrozenDictionary<string, CodeEntry>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <param name="name">What it is called in settings.</param>
    /// <param name="number">Four digits; empty if it is no table of v2.</param>
    /// <param name="isUserDefined">The standard only suggests values.</param>
    /// <param name="system">System of the targets; empty if there are none.</param>
    /// <param name="entries">Of each code the last one counts.</param>
    public CodeTable(string name, string number, bool isUserDefined, string system, IEnumerable<CodeEntry> entries)
    {
        Name = name;
        Number = number;
        IsUserDefined = isUserDefined;
        TargetSystem = system;
        StandardSystem = CodeTables.Terminology + "v2-" + number;
        // Units differ by case: mL and ML, g and G.
        var comparer = name == "unit" ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        var all = new Dictionary<string, CodeEntry>(comparer);
        foreach (var entry in entries)
            all[entry.Code] = entry;
        Entries = [.. all.Values];
        ExpectsMapping = !isUserDefined || all.Values.Any(e => e.Target is not null);
        codes = all.ToFrozenDictionary(comparer);
        lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Name { get; }

    public string Number { get; }

    public bool IsUserDefined { get; }

    /// <summary>Of the targets that name none of their own.</summary>
    public string TargetSystem { get; }

    /// <summary>System of the v2 table itself.</summary>
    public string StandardSystem { get; }

    public IReadOnlyList<CodeEntry> Entries { get; }

    /// <summary>
    /// Whether a code that it does not hold is worth an issue: others of the table mean something, or the standard closes it. The codes of a
    /// table that is the sender's own stay as they are sent, and that is no fault, until the feed says what one of them means.
    /// </summary>
    public bool ExpectsMapping { get; }

    public bool Contains(ReadOnlySpan<char> code) => lookup.ContainsKey(code);

    public CodeEntry? Entry(ReadOnlySpan<char> code) => lookup.TryGetValue(code, out var entry) ? entry : null;

    /// <summary>
    /// As <see cref="Entry"/>, of a code under a coding system that the sender names: one that is local by its name is none of the
    /// standard's, however it looks, unless the feed's own rows say what it means.
    /// </summary>
    public CodeEntry? EntryOf(ReadOnlySpan<char> code, ReadOnlySpan<char> system) =>
        Entry(code) is { } entry && (entry.IsOfFeed || !CodeSystems.IsLocal(system)) ? entry : null;

    public CodeTarget? Find(ReadOnlySpan<char> code) => lookup.TryGetValue(code, out var entry) ? entry.Target : null;

    /// <summary>The standard code that a value means; the sender's own after "local:" where the table has none; null if nothing was sent.</summary>
    public string? MeaningOf(Hl7Value value)
    {
        var sent = value.Part(1).Code;
        if (sent.IsEmpty)
            return null;
        return EntryOf(sent, value.Part(3).TextSpan)?.Target is { } target ? target.Code : FhirElements.Clean(value.TextOf(1)) is { } own ? LocalPrefix + own : null;
    }
}
