using System.Collections.Immutable;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>Invariants that no instance of a handled resource can violate, with the reason. By key; where a key is not unique, with the element.</summary>
internal static class UnbreakableInvariants
{
    private const string NotHeld = "no handled resource holds a value of this type";
    private const string AlwaysTrue = "all() of a Boolean's children, which are none, is true";
    private const string WrongPlace = "stands on value[x], where its first step finds nothing";

    public static readonly ImmutableDictionary<string, string> Reasons = new Dictionary<string, string>
    {
        ["cnt-3"] = NotHeld,
        ["dis-1"] = NotHeld,
        ["drq-1"] = NotHeld,
        ["drq-2"] = NotHeld,
        ["exp-1"] = NotHeld,
        ["trd-1"] = NotHeld,
        ["trd-2"] = NotHeld,
        ["trd-3"] = NotHeld,
        ["us-core-4"] = WrongPlace,
        ["EOB-inst-careTeam-organization"] = AlwaysTrue,
        ["EOB-inst-careTeam-practitioner"] = AlwaysTrue,
        ["EOB-pharm-careTeam-organization"] = AlwaysTrue,
        ["EOB-pharm-careTeam-practitioner"] = AlwaysTrue,
        ["EOB-prof-careTeam-practitioner"] = AlwaysTrue,
        ["EOB-insurance-focal"] = "stands on insurance and counts the insurance within it, which there is none of",
        ["EOB-vision-item-productorservice"] = "stands on item.productOrService and asks for an ExplanationOfBenefit within it",
    }.ToImmutableDictionary();
}
