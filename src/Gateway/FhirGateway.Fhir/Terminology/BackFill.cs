using System.Collections.Immutable;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Value sets that profiles name and no package holds, as far as other publications list their codes: the table back-fill.tsv.</summary>
public static class BackFill
{
    /// <summary>CDC Race and Ethnicity, whose codes R4 has in two systems of HL7 V3.</summary>
    internal const string RaceAndEthnicity = "urn:oid:2.16.840.1.113883.6.238";

    private static readonly (string Code, string Display, string Source)[] Roots =
    [
        ("1000-9", "Race", "http://terminology.hl7.org/CodeSystem/v3-Race"),
        ("2133-7", "Ethnicity", "http://terminology.hl7.org/CodeSystem/v3-Ethnicity"),
    ];

    private static readonly Lazy<IReadOnlyDictionary<string, Lazy<FhirValueSet>>> Sets = new(() => ValueSetTableReader.Read(ReadTable()).ValueSets);

    /// <summary>URLs of the sets.</summary>
    public static IEnumerable<string> Urls => Sets.Value.Keys;

    /// <summary>The table, with a remark at each set that says where it is from.</summary>
    public static string ReadTable() => FactTable.ReadText("back-fill.tsv");

    /// <summary>The set of a canonical, or null.</summary>
    /// <param name="canonical">URL, with or without <c>|version</c>.</param>
    public static FhirValueSet? Find(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        return Sets.Value.TryGetValue(bar < 0 ? canonical : canonical[..bar], out var set) ? set.Value : null;
    }

    /// <summary>A code system that no package holds, from those of others: a fragment, for what has been added since is not in it. Null if there is none.</summary>
    /// <param name="url">Canonical of the system.</param>
    /// <param name="find">Finds a code system that packages hold.</param>
    internal static FhirCodeSystem? FindCodeSystem(string url, Func<string, FhirCodeSystem?> find)
    {
        if (url != RaceAndEthnicity)
            return null;
        var concepts = ImmutableArray.CreateBuilder<CodeSystemConcept>();
        foreach (var (code, display, source) in Roots)
        {
            if (find(source) is not { } found)
                continue;
            var root = concepts.Count;
            concepts.Add(new(code, display, -1));
            foreach (var concept in found.Concepts)
                concepts.Add(concept with { Parent = concept.Parent < 0 ? root : root + 1 + concept.Parent });
        }
        return concepts.Count == 0 ? null : new()
        {
            Url = url,
            Name = "RaceAndEthnicityCDC",
            Content = "fragment",
            IsCaseSensitive = true,
            Concepts = concepts.ToImmutable(),
        };
    }
}
