using FhirGateway.Contracts;
using FhirGateway.Organizations;

namespace FhirGateway.Release;

/// <summary>What follows from the kind of a resource.</summary>
public static class ResourceRulesTable
{
    public static string Stream(this ResourceRules rules) => rules switch
    {
        ResourceRules.Adt => StreamNames.Adt,
        ResourceRules.Claims => StreamNames.Claims,
        _ => StreamNames.Clinical,
    };

    /// <summary>An agreement opens the resource if it covers any of these.</summary>
    public static DataClasses Classes(this ResourceRules rules) => rules switch
    {
        ResourceRules.Adt => DataClasses.Adt,
        ResourceRules.Claims => DataClasses.Claims,
        ResourceRules.Clinical => DataClasses.Clinical,
        ResourceRules.Patient => DataClasses.Claims | DataClasses.Clinical,
        _ => DataClasses.None,
    };
}
