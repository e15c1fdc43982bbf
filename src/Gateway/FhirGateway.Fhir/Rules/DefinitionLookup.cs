using System.Collections.Frozen;
using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Rules;

/// <summary>The definitions that rules ask for, from packages. What is not there, or cannot be read, is null: then there is nothing to check against.</summary>
internal sealed class DefinitionLookup(PackageSet packages)
{
    private readonly Dictionary<string, FrozenSet<string>?> codes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Url), JsonTape?> resources = [];

    public FhirCodeSystem? FindCodeSystem(string canonical) => packages.FindCodeSystem(canonical)?.CodeSystem;

    public FhirValueSet? FindValueSet(string canonical) => packages.FindValueSet(canonical)?.ValueSet;

    public FhirStructure? FindStructure(string canonical) => packages.FindStructure(canonical)?.Structure;

    /// <summary>All codes of a code system, if all are known; else null. Where case does not count, so does the set.</summary>
    public FrozenSet<string>? FindAllCodes(string canonical)
    {
        if (codes.TryGetValue(canonical, out var known))
            return known;
        var found = FindCodeSystem(canonical) is { Content: "complete" } system
            ? system.Concepts.Select(c => c.Code).ToFrozenSet(system.IsCaseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase)
            : null;
        codes.Add(canonical, found);
        return found;
    }

    /// <summary>A code that cannot be one, whatever the release of its system.</summary>
    public static bool IsMalformed(string system, string code) =>
        CodeSyntax.Check(Encoding.UTF8.GetBytes(system), Encoding.UTF8.GetBytes(code)) == CodeCheck.Malformed;

    /// <summary>A resource of any type as it stands in a package.</summary>
    public JsonTape? FindResource(string type, string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var url = bar < 0 ? canonical : canonical[..bar];
        if (resources.TryGetValue((type, url), out var known))
            return known;
        JsonTape? found = null;
        foreach (var package in packages.Packages)
        {
            if (package.FindResource(type, url) is not { } resource)
                continue;
            var tape = new JsonTape();
            if (tape.Read(resource.Json).IsNone)
                found = tape;
            break;
        }
        resources.Add((type, url), found);
        return found;
    }
}
