using System.Text.Json;

namespace FhirGateway.Benchmarks.Profiles;

/// <summary>The profile of US Core 6.1.0 or CARIN Blue Button 2.0.0 that a resource of the corpus is checked against if it declares none of them.</summary>
internal static class ProfileChoice
{
    private const string UsCore = "http://hl7.org/fhir/us/core/StructureDefinition/";
    private const string Carin = "http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-";

    /// <param name="json">The resource.</param>
    /// <param name="isKnown">Whether a canonical is one of the packages in use.</param>
    public static string[] Of(byte[] json, Func<string, bool> isKnown)
    {
        using var document = JsonDocument.Parse(json);
        var resource = document.RootElement;
        if (resource.TryGetProperty("meta", out var meta) && meta.TryGetProperty("profile", out var declared)
            && declared.EnumerateArray().Any(p => isKnown(p.GetString()!) && (p.GetString()!.Contains("/us/", StringComparison.Ordinal))))
            return [];
        return resource.GetProperty("resourceType").GetString() switch
        {
            "Patient" => [UsCore + "us-core-patient|6.1.0"],
            "Observation" => [UsCore + (HasCode(resource, "category", "laboratory") ? "us-core-observation-lab|6.1.0" : "us-core-simple-observation|6.1.0")],
            _ => [Carin + BenefitProfile(resource) + "|2.0.0"],
        };
    }

    private static string BenefitProfile(JsonElement benefit) =>
        HasCode(benefit, "type", "institutional") ? (HasCode(benefit, "subType", "inpatient") ? "Inpatient-Institutional" : "Outpatient-Institutional")
        : HasCode(benefit, "type", "pharmacy") ? "Pharmacy"
        : HasCode(benefit, "type", "oral") ? "Oral"
        : "Professional-NonClinician";

    private static bool HasCode(JsonElement resource, string element, string code) => resource.TryGetProperty(element, out var value) && (value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Any(c => HasCoding(c, code))
        : HasCoding(value, code));

    private static bool HasCoding(JsonElement concept, string code) =>
        concept.TryGetProperty("coding", out var codings) && codings.EnumerateArray().Any(c => c.TryGetProperty("code", out var own) && own.GetString() == code);
}
