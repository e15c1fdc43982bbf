using System.Text;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.BuiltIn;

/// <summary>What is built in is there without anything beside the program.</summary>
public sealed class BuiltInPackagesTests
{
    private const string UsCore = "http://hl7.org/fhir/us/core/StructureDefinition/";

    [Fact]
    public void No_package_misses_another() => Assert.Empty(BuiltInPackages.All.Missing);

    [Fact]
    public void A_version_in_a_canonical_decides()
    {
        Assert.Equal("3.1.1", BuiltInPackages.All.FindStructure(UsCore + "us-core-patient|3.1.1")!.Value.Package.Version);
        Assert.Equal("6.1.0", BuiltInPackages.All.FindStructure(UsCore + "us-core-patient|6.1.0")!.Value.Package.Version);
        Assert.Equal("6.1.0", BuiltInPackages.All.FindStructure(UsCore + "us-core-patient")!.Value.Package.Version);
    }

    [Fact]
    public void A_package_sees_what_it_depends_on()
    {
        var carin = BuiltInPackages.All.Find("hl7.fhir.us.carin-bb")!;
        Assert.Equal("3.1.1", BuiltInPackages.All.FindStructure(UsCore + "us-core-patient", carin)!.Value.Package.Version);
    }

    [Theory]
    [InlineData("http://hl7.org/fhir/StructureDefinition/bp")]
    [InlineData("http://hl7.org/fhir/StructureDefinition/vitalsigns")]
    [InlineData("http://hl7.org/fhir/StructureDefinition/patient-birthPlace")]
    [InlineData("http://hl7.org/fhir/StructureDefinition/SubstanceSpecification")]
    [InlineData("http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-Pharmacy")]
    [InlineData("http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/pdex-priorauthorization")]
    [InlineData("http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-group")]
    public void What_a_gateway_meets_is_there(string url) => Assert.NotEmpty(BuiltInPackages.All.FindStructure(url)!.Value.Structure.Snapshot);

    [Fact]
    public void Rows_that_say_nothing_are_as_in_the_base()
    {
        var patient = BuiltInPackages.All.FindStructure(UsCore + "us-core-patient|6.1.0")!.Value.Structure;
        var maritalStatus = Assert.Single(patient.Snapshot, e => e.Id == "Patient.maritalStatus");
        Assert.Equal("CodeableConcept", Assert.Single(maritalStatus.Types).Code);
        Assert.Equal(BindingStrength.Extensible, maritalStatus.Binding!.Strength);
        Assert.Equal("http://hl7.org/fhir/ValueSet/marital-status", maritalStatus.Binding.ValueSet);
        Assert.Equal("ele-1", Assert.Single(maritalStatus.Constraints).Key);
        var system = Assert.Single(patient.Snapshot, e => e.Id == "Patient.identifier.system");
        Assert.Equal((1, 1, true), (system.Min, system.Max, system.MustSupport));
    }

    [Theory]
    [InlineData("6.1.0", "omb-race-category", "urn:oid:2.16.840.1.113883.6.238", "2106-3", Membership.Member)]
    [InlineData("6.1.0", "omb-race-category", "urn:oid:2.16.840.1.113883.6.238", "2135-2", Membership.NotMember)]
    [InlineData("6.1.0", "omb-race-category", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "ASKU", Membership.Member)]
    [InlineData("6.1.0", "detailed-race", "urn:oid:2.16.840.1.113883.6.238", "1586-7", Membership.Member)]
    [InlineData("6.1.0", "detailed-race", "urn:oid:2.16.840.1.113883.6.238", "2106-3", Membership.NotMember)]
    [InlineData("6.1.0", "omb-ethnicity-category", "urn:oid:2.16.840.1.113883.6.238", "2135-2", Membership.Member)]
    [InlineData("6.1.0", "detailed-ethnicity", "urn:oid:2.16.840.1.113883.6.238", "2184-0", Membership.Member)]
    [InlineData("6.1.0", "birthsex", "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender", "F", Membership.Member)]
    [InlineData("6.1.0", "birthsex", "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender", "UN", Membership.NotMember)]
    [InlineData("6.1.0", "us-core-usps-state", "https://www.usps.com/", "WY", Membership.Member)]
    [InlineData("6.1.0", "us-core-usps-state", "https://www.usps.com/", "XX", Membership.NotMember)]
    [InlineData("3.1.1", "omb-race-category", "urn:oid:2.16.840.1.113883.6.238", "2106-3", Membership.Member)]
    [InlineData("3.1.1", "us-core-documentreference-type", "http://loinc.org", "34133-9", Membership.Unknown)]
    public void Codes_are_known_as_far_as_the_packages_list_them(string version, string set, string system, string code, Membership expected)
    {
        var tables = new TerminologyTables(BuiltInPackages.All);
        var found = tables.Find("http://hl7.org/fhir/us/core/ValueSet/" + set, BuiltInPackages.All.Find("hl7.fhir.us.core", version));
        Assert.Equal(expected, found.Check(Encoding.UTF8.GetBytes(system), Encoding.UTF8.GetBytes(code)));
    }

    [Fact]
    public void Every_set_that_R4_requires_is_known_but_for_those_of_open_systems()
    {
        var tables = new TerminologyTables(BuiltInPackages.All);
        var required = BuiltInPackages.R4.StructureUrls.SelectMany(u => BuiltInPackages.R4.FindStructure(u)!.Snapshot)
            .Where(e => e.Binding is { Strength: BindingStrength.Required, ValueSet: not null }).Select(e => e.Binding!.ValueSet!).Distinct().ToList();
        var open = required.Where(c => tables.Find(c, BuiltInPackages.R4).Reason is not null).Order(StringComparer.Ordinal);
        Assert.InRange(required.Count, 225, 300);
        Assert.Subset(
            new HashSet<string>
            {
                "http://hl7.org/fhir/ValueSet/mimetypes|4.0.1",
                "http://hl7.org/fhir/ValueSet/timezones|4.0.1",
                "http://hl7.org/fhir/ValueSet/ucum-units|4.0.1",
                "http://loinc.org/vs/LL379-9|4.0.1",
            },
            open.ToHashSet());
    }
}
