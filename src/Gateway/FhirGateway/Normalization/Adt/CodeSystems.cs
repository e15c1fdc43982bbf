using System.Collections.Frozen;

namespace FhirGateway.Normalization.Adt;

/// <summary>Canonical URIs of the code systems that v2 names by table 0396. A name that is not here becomes a system of the source's own.</summary>
internal static class CodeSystems
{
    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["I10C"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["I10"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["ICD10"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["ICD-10"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["ICD10CM"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["ICD-10-CM"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["I9C"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["I9"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["I9CDX"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["ICD9"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["ICD9CM"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["ICD-9-CM"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["I10P"] = "http://www.cms.gov/Medicare/Coding/ICD10",
        ["ICD10PCS"] = "http://www.cms.gov/Medicare/Coding/ICD10",
        ["ICD-10-PCS"] = "http://www.cms.gov/Medicare/Coding/ICD10",
        ["HPC"] = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        ["HCPCS"] = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        ["SNOMED CT"] = "http://snomed.info/sct",
        ["SNOMED-CT"] = "http://snomed.info/sct",
        ["SNOMEDCT"] = "http://snomed.info/sct",
        ["LOINC"] = "http://loinc.org",
        ["UCUM"] = "http://unitsofmeasure.org",
        ["NUCC"] = "http://nucc.org/provider-taxonomy",
        ["NUCCPT"] = "http://nucc.org/provider-taxonomy",
        ["ISO3166_1"] = "urn:iso:std:iso:3166",
        ["ISO3166"] = "urn:iso:std:iso:3166",
        ["NULLFL"] = CodeTables.NullFlavor,
        ["SCT"] = "http://snomed.info/sct",
        ["LN"] = "http://loinc.org",
        ["RXNORM"] = "http://www.nlm.nih.gov/research/umls/rxnorm",
        ["NDC"] = "http://hl7.org/fhir/sid/ndc",
        ["CVX"] = "http://hl7.org/fhir/sid/cvx",
        ["C4"] = "http://www.ama-assn.org/go/cpt",
        ["CPT4"] = "http://www.ama-assn.org/go/cpt",
        ["UNII"] = "http://fdasis.nlm.nih.gov",
        ["CDCREC"] = CodeTables.Cdcrec,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

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
        var isTable = table is not null && (name.IsEmpty || (table.Number.Length > 0 && TableNumber(name).SequenceEqual(table.Number)));
        var entry = table?.Entry(code);
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
    public static string? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>The table number of HL7nnnn; empty if it is none.</summary>
    private static ReadOnlySpan<char> TableNumber(ReadOnlySpan<char> name) =>
        name.Length == 7 && name.StartsWith("HL7", StringComparison.OrdinalIgnoreCase) && name[3..].IndexOfAnyExceptInRange('0', '9') < 0 ? name[3..] : [];
}
