using System.Collections.Frozen;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>What USCDI v3.1 no longer has (table <c>uscdi-3.1-removed.tsv</c>): it is never demanded.</summary>
public static class UscdiRemovals
{
    private const string File = "uscdi-3.1-removed.tsv";
    private static readonly Lazy<ILookup<string, string[]>> Rows = new(() => BuiltInPackages.ReadText(File).Split('\n')
        .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).ToLookup(r => r[0], StringComparer.Ordinal));
    private static readonly Lazy<FrozenSet<string>> Urls = new(() => Rows.Value["profile"].Select(r => r[1]).ToFrozenSet(StringComparer.Ordinal));

    /// <summary>
    /// Canonical URLs, without a version, of profiles and extensions about removed data: they hold where an instance declares or
    /// uses them, and are never chosen for one that does not.
    /// </summary>
    public static IReadOnlySet<string> Profiles => Urls.Value;

    /// <summary>The structure with nothing demanded that was removed.</summary>
    public static FhirStructure Apply(FhirStructure structure)
    {
        if (Profiles.Contains(structure.Url))
            return structure with { Snapshot = [.. structure.Snapshot.Select(e => e with { MustSupport = false })] };
        var removed = Rows.Value["element"].Where(r => r[1] == structure.Url).Select(r => ElementId.Absolute(r[2], structure.Type)).ToHashSet(StringComparer.Ordinal);
        return removed.Count == 0 ? structure
            : structure with { Snapshot = [.. structure.Snapshot.Select(e => removed.Contains(e.Id) ? e with { Min = 0, MustSupport = false } : e)] };
    }
}
