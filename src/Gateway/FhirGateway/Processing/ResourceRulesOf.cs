using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>From the catalog's line of a type to its release rules and event type.</summary>
internal static class ResourceRulesOf
{
    /// <summary>The rules of one resource: one that names its Patient is that person's data, whatever its type (a patient's Device).</summary>
    public static ResourceRules Resource(NormalizedResource resource) =>
        Type(resource.Type) is ResourceRules.NoPerson && resource.Subject is not null ? ResourceRules.Clinical : Type(resource.Type);

    public static ResourceRules Type(string type)
    {
        if (ResourceCatalog.Find(type) is not { IsReleasable: true } row)
            return ResourceRules.NotReleasable;
        return row.DataClass switch
        {
            DataClass.Claims => ResourceRules.Claims,
            DataClass.Clinical => ResourceRules.Clinical,
            DataClass.Patient => ResourceRules.Patient,
            _ => ResourceRules.NoPerson,
        };
    }

    public static string Event(string type, ResourceRules rules) => type switch
    {
        "ExplanationOfBenefit" => EventTypes.ClaimsEob,
        "Coverage" => EventTypes.ClaimsCoverage,
        _ => rules == ResourceRules.Claims ? EventTypes.ClaimsResource : EventTypes.ClinicalResource,
    };
}
