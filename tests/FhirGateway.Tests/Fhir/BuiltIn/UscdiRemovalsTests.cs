using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.BuiltIn;

/// <summary>USCDI v3.1 has no gender identity and no sexual orientation: nothing built in asks for them.</summary>
public sealed class UscdiRemovalsTests
{
    private const string UsCore = "http://hl7.org/fhir/us/core/StructureDefinition/";

    [Fact]
    public void Gender_identity_and_sexual_orientation_are_what_was_removed() =>
        Assert.Equal([UsCore + "us-core-genderIdentity", UsCore + "us-core-observation-sexual-orientation"], UscdiRemovals.Profiles.Order(StringComparer.Ordinal));

    [Fact]
    public void Nothing_asks_for_an_element_that_was_removed()
    {
        foreach (var package in BuiltInPackages.All.Packages)
            foreach (var structure in package.StructureUrls.Select(u => package.FindStructure(u)!))
                foreach (var element in structure.Snapshot.Where(e => UscdiRemovals.Profiles.Contains(structure.Url) || Names(e)))
                    Assert.True(!element.MustSupport && (!Names(element) || element.Min == 0), $"{structure}: {element.Id} is asked for");
    }

    [Fact]
    public void An_element_that_a_profile_demands_is_no_longer_demanded()
    {
        var patient = BuiltInPackages.All.FindStructure(UsCore + "us-core-patient|6.1.0")!.Value.Structure;
        var strict = patient with { Snapshot = [.. patient.Snapshot.Select(e => Names(e) ? e with { Min = 1, MustSupport = true } : e)] };
        var element = Assert.Single(UscdiRemovals.Apply(strict).Snapshot, Names);
        Assert.Equal((0, false), (element.Min, element.MustSupport));
    }

    private static bool Names(ElementDefinition element) => element.Types.Any(t => t.Profiles.Concat(t.TargetProfiles).Any(UscdiRemovals.Profiles.Contains));
}
