using System.Collections.Frozen;

namespace FhirGateway.Fhir.Rules;

/// <summary>The properties of concepts that FHIR itself defines (http://hl7.org/fhir/concept-properties), with their types.</summary>
internal static class ConceptProperties
{
    public const string Prefix = "http://hl7.org/fhir/concept-properties#";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["status"] = "code",
        ["inactive"] = "boolean",
        ["effectiveDate"] = "dateTime",
        ["deprecated"] = "dateTime",
        ["deprecationDate"] = "dateTime",
        ["retirementDate"] = "dateTime",
        ["notSelectable"] = "boolean",
        ["parent"] = "code",
        ["child"] = "code",
        ["partOf"] = "code",
        ["synonym"] = "code",
        ["comment"] = "string",
        ["itemWeight"] = "decimal",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The type of a property by its code; null if FHIR does not define it.</summary>
    public static string? FindType(string code) => Types.GetValueOrDefault(code);
}
