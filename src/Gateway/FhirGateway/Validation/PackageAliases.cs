using System.Collections.Frozen;

namespace FhirGateway.Validation;

/// <summary>Short names of packages.</summary>
public static class PackageAliases
{
    private static readonly FrozenDictionary<string, string> Ids = new Dictionary<string, string>
    {
        ["us-core"] = "hl7.fhir.us.core",
        ["carin-bb"] = "hl7.fhir.us.carin-bb",
        ["davinci-atr"] = "hl7.fhir.us.davinci-atr",
        ["davinci-pdex"] = "hl7.fhir.us.davinci-pdex",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The id of the package, which may be given itself.</summary>
    public static string IdOf(string name) => Ids.GetValueOrDefault(name, name);
}
