using FhirGateway.Contracts;
using FhirGateway.Normalization;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>From the catalog's line of a type to its release rules and event type.</summary>
internal static class ResourceRulesOf
{
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

    public static string Event(NormalizedResource resource, ResourceRules rules) => resource.Type switch
    {
        _ when resource.IsPreauthorization => EventTypes.ClaimsPreauthorization,
        "ExplanationOfBenefit" => EventTypes.ClaimsEob,
        "Coverage" => EventTypes.ClaimsCoverage,
        _ => rules == ResourceRules.Claims ? EventTypes.ClaimsResource : EventTypes.ClinicalResource,
    };
}
