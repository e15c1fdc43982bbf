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

    /// <summary>The URI for a name of table 0396; null if it is none that is known. HL7nnnn is handled with the tables.</summary>
    public static string? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>The table number of HL7nnnn, or null.</summary>
    public static string? TableNumber(string name) =>
        name.Length == 7 && name.StartsWith("HL7", StringComparison.OrdinalIgnoreCase) && name.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0 ? name[3..] : null;
}
